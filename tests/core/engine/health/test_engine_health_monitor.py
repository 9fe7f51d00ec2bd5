"""The health monitor: the right finding for what goes wrong, and none for what does not."""

from __future__ import annotations

import types
import warnings

import numpy as np
import pytest

import ganreg
from ganreg import GanregWarning
from ganreg.cli.train import train
from ganreg.engine.health.evidence import Evidence, Snapshot, summary
from ganreg.engine.health.findings import constant_data, findings
from ganreg.engine.health.monitor import HealthMonitor
from ganreg.engine.health.reference import Deviation, Reference

STEPS = 5000


def ring(count, modes=range(8), deviation=0.02, seed=0):
    stream = np.random.default_rng(seed)
    angles = 2 * np.pi * stream.choice(list(modes), count) / 8
    centres = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return (centres + deviation * stream.normal(size=(count, 2))).astype(np.float32)


@pytest.fixture(scope="module")
def reference():
    return Reference(ring(1000))


# --- comparing samples


def test_same_distribution_differs_in_nothing(reference):
    same = reference.compare(ring(1000, seed=1))
    assert same.spread == pytest.approx(1.0, abs=0.02)
    assert same.offset < 0.1
    assert same.missing == 0.0
    assert same.distance < 0.02


@pytest.mark.parametrize("found", [1, 2, 4, 6])
def test_modes_that_are_missing_are_counted(reference, found):
    assert reference.compare(ring(1000, range(found), seed=1)).missing == pytest.approx(1 - found / 8, abs=0.05)


def test_samples_off_the_modes_miss_nothing(reference):
    """As an unfinished generator's are: round each mode, wider or beside it."""
    blurred = reference.compare(0.9 * ring(1000, deviation=0.1, seed=1))
    assert blurred.missing == 0.0
    assert blurred.distance < 0.1


def test_one_point_has_no_spread(reference):
    point = reference.compare(np.full((500, 2), 0.7, np.float32))
    assert point.spread == pytest.approx(0.0, abs=1e-9)
    assert point.offset == pytest.approx(0.7 * np.sqrt(2), abs=0.05)
    assert point.missing > 0.8


def test_samples_far_away_have_nothing_in_common(reference):
    far = reference.compare(1e6 + ring(500))
    assert far.distance == pytest.approx(1.0, abs=1e-3)
    assert far.offset > 1e5


def test_energy_distance_is_the_formula():
    """Two normal distributions in one dimension, against Székely & Rizzo's expectation by a large sample."""
    stream = np.random.default_rng(0)
    real, fake = stream.normal(size=(1000, 1)), 2 + stream.normal(size=(300, 1))
    unit = real.std()
    across = np.abs(fake - real[:300].T).mean() / unit
    among = [np.abs(x - x.T).sum() / (len(x) * (len(x) - 1)) / unit for x in (real[:300], fake)]
    expected = (2 * across - sum(among)) / (2 * across)
    assert Reference(real).compare(fake).distance == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("factor", [1e-3, 1.0, 1e4])
def test_units_do_not_matter(factor):
    real, fake = ring(600), 1.2 * ring(400, seed=1)
    plain, scaled = Reference(real).compare(fake), Reference(factor * real).compare(factor * fake)
    assert scaled.spread == pytest.approx(plain.spread, rel=1e-3)
    assert scaled.distance == pytest.approx(plain.distance, abs=1e-4)


def test_columns_have_units_of_their_own():
    stream = np.random.default_rng(0)
    real = stream.normal(size=(500, 2)) * [1.0, 1000.0]
    fake = stream.normal(size=(500, 2)) * [0.0, 1000.0]
    assert Reference(real, each_feature=True).compare(fake).spread == pytest.approx(0.5, abs=0.1)
    assert Reference(real).compare(fake).spread == pytest.approx(1.0, abs=0.1)


def test_large_samples_are_projected():
    stream = np.random.default_rng(0)
    real, fake = stream.normal(size=(2, 300, 28, 28, 1))
    compared = Reference(real).compare(fake)
    assert compared.spread == pytest.approx(1.0, abs=0.05)
    assert compared.distance < 0.02
    assert Reference(real).compare(3 * fake).spread == pytest.approx(9.0, rel=0.05)


@pytest.mark.parametrize("value", [0.0, 0.1, -3e4])
def test_constant_data_is_seen(value):
    reference = Reference(np.full((100, 3), value, np.float32))
    assert reference.is_constant
    assert np.isfinite(reference.compare(np.zeros((10, 3))).distance)
    assert not Reference(ring(100) * 1e-6).is_constant


def test_one_real_sample_is_no_error():
    assert Reference(np.ones((1, 2))).is_constant


# --- findings from evidence


@pytest.fixture(scope="module")
def stub():
    return types.SimpleNamespace(recipe=ganreg.Recipe())


def evidence(count=50, *, samples=None, **logs):
    """Looks at a training that goes well, but for what is given: a value, or one a snapshot."""

    def at(value, index):
        return value[index] if isinstance(value, (list, np.ndarray)) else value

    well = {"real_accuracy": 0.6, "fake_accuracy": 0.6, "discriminator_loss": 1.0, "generator_loss": 1.0}
    well |= {"discriminator_gradient_norm": 0.5, "generator_gradient_norm": 0.5} | logs
    fields = {"spread": 1.0, "offset": 0.1, "missing": 0.0, "distance": 0.02} | (samples or {})
    extra = {name: fields.pop(name) for name in ("movement", "growth", "last") if name in fields}
    return Evidence(
        [
            Snapshot(
                (index + 1) * STEPS // 50,
                {name: at(value, index) for name, value in well.items()},
                Deviation(**{name: at(value, index) for name, value in fields.items()}),
                **{name: at(value, index) for name, value in extra.items()},
            )
            for index in range(count)
        ],
        STEPS,
    )


def found(given, gan):
    return [one.name for one in findings(given, gan)]


ALWAYS = {"real_accuracy": 1.0, "fake_accuracy": 0.99}
GUESSING = {"real_accuracy": 0.9, "fake_accuracy": 0.1}
POOR = {"distance": 0.6}
GOOD = Deviation(1.0, 0.1, 0.0, 0.02)


@pytest.mark.parametrize(
    ("signs", "names"),
    [
        ({}, []),
        (ALWAYS, []),
        (GUESSING, []),
        ({"samples": POOR}, []),
        ({"samples": POOR} | ALWAYS, ["discriminator-too-strong"]),
        ({"samples": POOR} | GUESSING, ["junk-feedback"]),
        ({"samples": {"spread": 0.01}}, ["mode-collapse"]),
        ({"samples": {"missing": 0.6}}, ["mode-collapse"]),
        ({"samples": {"missing": 0.6} | POOR} | ALWAYS, ["discriminator-too-strong", "mode-collapse"]),
        ({"samples": {"missing": 0.6} | POOR} | GUESSING, ["mode-collapse"]),
        ({"samples": {"missing": 0.1}}, []),
        ({"samples": {"spread": 1e4} | POOR} | ALWAYS, ["generator-unstable"]),
        ({"samples": {"offset": 50.0, "spread": 0.0, "missing": 0.9} | POOR}, ["generator-unstable"]),
        ({"samples": {"movement": 2.0, "growth": 40.0} | POOR}, ["generator-unstable"]),
        ({"samples": {"last": GOOD} | POOR}, ["average-diverged"]),
        ({"discriminator_loss": np.geomspace(1, 1e6, 50)}, ["discriminator-diverging"]),
        ({"generator_gradient_norm": np.geomspace(1, 1e6, 50)}, ["generator-diverging"]),
        ({"generator_gradient_norm": np.geomspace(1, 100, 50)}, []),
    ],
)
def test_signs_and_findings(stub, signs, names):
    assert found(evidence(**signs), stub) == names


@pytest.mark.parametrize("signs", [ALWAYS, GUESSING, {}])
def test_nothing_is_said_early(stub, signs):
    samples = {"missing": 0.9, "spread": 0.0} | POOR
    assert found(evidence(12, samples=samples, **signs), stub) == []
    assert found(evidence(20, samples=samples, **signs), stub) != []


def test_nothing_is_said_while_samples_get_better(stub):
    better = {"distance": np.geomspace(1.0, 0.31, 50), "missing": 0.6}
    assert found(evidence(samples=better, **ALWAYS), stub) == []


def test_signs_that_pass_are_no_finding(stub):
    missing = [0.6] * 50
    missing[-3] = 0.0
    assert found(evidence(samples={"missing": missing}), stub) == []


def test_logs_may_lack_a_player(stub):
    """As whole epochs of one player do."""
    given = evidence(samples=POOR)
    snapshots = [
        Snapshot(snapshot.iteration, {"generator_loss": 1.0}, snapshot.samples) for snapshot in given.snapshots
    ]
    assert found(Evidence(snapshots, STEPS), stub) == []


def test_hints_name_settings_that_the_recipe_takes(stub):
    for signs in ({"samples": POOR} | ALWAYS, {"samples": {"spread": 1e4} | POOR}, {"samples": POOR} | GUESSING):
        (hint,) = {one.hint for one in findings(evidence(**signs), stub)}
        assert hint.startswith("try --lr-")
        known = {option for parameter in train.params for option in parameter.opts}
        assert {word for word in hint.split() if word.startswith("-")} <= known
        ganreg.Recipe().with_settings([word.rstrip(",") for word in hint.split() if "_optimizer." in word])


def test_summary_of_a_stretch():
    tables = [
        {"generator_loss": np.array([-1.0, -3.0]), "real_accuracy": np.array([0.0, 1.0])},
        {"generator_loss": np.array([100.0]), "real_accuracy": np.array([1.0])},
    ]
    assert summary(tables) == {"generator_loss": 3.0, "real_accuracy": pytest.approx(2 / 3)}


# --- the callback


def watched(gan, real, steps=1000, **options):
    return HealthMonitor(gan.players, real, steps=steps, **options)


def fit(gan, real, monitor, steps=20, labels=None):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", GanregWarning)
        gan.fit(real, labels, steps=steps, verbose=0, callbacks=[monitor], execution="graph", updates_per_call=5)
    return [str(one.message) for one in caught if issubclass(one.category, GanregWarning)]


CONSTANT = np.ones((64, 2), np.float32)


def test_finding_is_said_once(small):
    gan = small()
    monitor = watched(gan, CONSTANT)
    (said,) = fit(gan, CONSTANT, monitor)
    assert said == str(constant_data(0))
    assert fit(gan, CONSTANT, monitor) == []


def test_monitor_can_stop_the_training(small):
    for stops, done in ((False, 20), (True, 0)):
        gan = small()
        fit(gan, CONSTANT, watched(gan, CONSTANT, stops=stops))
        assert int(gan.iterations) == done


def test_monitor_changes_nothing(small, points, numbers, same):
    plain, monitored = small(), small()
    fit(plain, points, watched(small(), points))  # watches another
    monitor = watched(monitored, points, steps=40)
    monitor._take(picture=True)
    fit(monitored, points, monitor)
    for network in ("generator", "discriminator", "average_generator", "generator_optimizer"):
        assert same(numbers(getattr(plain, network)), numbers(getattr(monitored, network)))
    assert monitor.findings == []
    assert len(monitor.snapshots) == 5  # one before, and one a call, each longer than a stretch


def test_samples_that_are_not_finite_are_a_finding(small, points):
    gan = small(ema_decay=0)
    weight = gan.generator.weights[-1]  # the last bias: on some processors ReLU makes 0 of a NaN
    weight.assign(np.full(weight.shape, np.nan))
    monitor = watched(gan, points)
    with pytest.warns(GanregWarning, match="NaN or infinity"):
        monitor._take(picture=True)
    assert [one.name for one in monitor.findings] == ["samples-not-finite"]


def test_images_may_be_bytes(small):
    images = np.random.default_rng(0).integers(0, 256, (40, 4, 4, 1)).astype(np.uint8)
    gan = small(ganreg.DataSpec((4, 4, 1), value_range=(-1, 1)))
    monitor = watched(gan, images)
    monitor._take(picture=True)
    samples = monitor.snapshots[0].samples
    assert samples.offset < 5
    assert 0 < samples.distance < 1


# --- real trainings


def trained(recipe, *settings, constant=False):
    gan = ganreg.assemble(ganreg.registry().recipe(recipe).with_settings(settings))
    data = gan.load_data()
    real, labels = data.train, data.train_labels
    real = np.repeat(real[:1], len(real), axis=0) if constant else real
    monitor = watched(gan, real, steps=gan.recipe.steps)
    fit(gan, real, monitor, steps=gan.recipe.steps, labels=labels)
    return [finding.name for finding in monitor.findings]


@pytest.mark.slow
@pytest.mark.parametrize(("recipe", "steps"), [("quadratic", 8000), ("feature-matching", 10_000), ("digits", 3000)])
def test_nothing_is_said_of_healthy_recipes(recipe, steps):
    assert trained(recipe, f"steps={steps}") == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "recipe", "settings"),
    [
        (
            "discriminator-too-strong",
            "quadratic",
            [
                "loss=minimax",
                "steps=5000",
                "schedule.discriminator_steps=5",
                "discriminator_optimizer.learning_rate=0.005",
                "generator_optimizer.learning_rate=0.000001",
            ],
        ),
        ("generator-unstable", "quadratic", ["steps=5000", "generator_optimizer.learning_rate=0.5"]),
        (
            "mode-collapse",
            "ring",
            [
                "steps=3000",
                "loss=non-saturating",
                "regularizers=[]",
                "ema_decay=0",
                "learning_rate_decay=none",
                "schedule.mode=alternating",
                "batch_size=16",
                "generator_optimizer=adam:learning_rate=0.001,beta_1=0.9",
                "discriminator_optimizer=adam:learning_rate=0.0001,beta_1=0.9",
            ],
        ),
    ],
)
def test_what_is_wrong_is_said(name, recipe, settings):
    assert name in trained(recipe, *settings)


@pytest.mark.slow
def test_constant_data_is_said_before_training():
    assert "constant-data" in trained("quadratic", "steps=1000", constant=True)
