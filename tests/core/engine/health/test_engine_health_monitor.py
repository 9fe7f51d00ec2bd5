"""The health monitor: it warns once, changes nothing, and finds what is wrong with real trainings."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import ganreg
from ganreg import GanregWarning
from ganreg.engine.health.findings import constant_data
from ganreg.engine.health.monitor import HealthMonitor


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
    monitor.take_snapshot(with_samples=True)
    fit(monitored, points, monitor)
    for network in ("generator", "discriminator", "average_generator", "generator_optimizer"):
        assert same(numbers(getattr(plain, network)), numbers(getattr(monitored, network)))
    assert monitor.findings == []
    assert [one.iteration for one in monitor.snapshots] == [0, 10, 20]  # one before, and one after each interval
    assert monitor.snapshots[1].samples is None  # too early


@pytest.mark.parametrize("steps", [1000, 25_000])
def test_samples_are_looked_at_by_iteration(small, points, monkeypatch, steps):
    """15 times over the training, from iteration 500 on, each at the end of an interval."""
    gan = small()
    monitor = watched(gan, points, steps=steps)
    looked = []
    monkeypatch.setattr(monitor, "take_snapshot", lambda with_samples: with_samples and looked.append(monitor._end))
    every = monitor.every

    for iteration in range(every, steps + 1, every):
        monitor._end = iteration
        monitor.on_iteration(iteration)

    assert every == steps // 50
    whole = [every * number for number in (4, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40, 44, 47, 50)]
    assert looked == [iteration for iteration in whole if iteration >= 500]


def test_logs_are_summarised_alike_wherever_calls_end(small, points):
    rows = {"generator_loss": np.random.default_rng(0).normal(size=1000).astype(np.float32)}
    taken = []
    for ends in ([250, 500, 750, 1000], [7, 311, 312, 560, 999, 1000]):
        monitor = watched(small(), points, steps=10_000)
        begin = 0
        for end in ends:
            monitor.on_updates(begin, {name: values[begin:end] for name, values in rows.items()})
            begin = end
            if end == 560:  # a process ends, and another one continues
                kept = monitor.rows
                monitor = watched(small(), points, steps=10_000)
                monitor.go_on([], 1.0, rows=kept)
        monitor.take_snapshot(with_samples=False)
        taken.append(monitor.snapshots[-1].logs)
    assert taken[0] == taken[1] == {"generator_loss": pytest.approx(np.median(np.abs(rows["generator_loss"][3::4])))}


def test_samples_that_are_not_finite_are_a_finding(small, points):
    gan = small(ema_decay=0)
    weight = gan.generator.weights[-1]  # the last bias: on some processors ReLU makes 0 of a NaN
    weight.assign(np.full(weight.shape, np.nan))
    monitor = watched(gan, points)
    with pytest.warns(GanregWarning, match="NaN or infinity"):
        monitor.take_snapshot(with_samples=True)
    assert [one.name for one in monitor.findings] == ["samples-not-finite"]


def test_images_may_be_bytes(small):
    images = np.random.default_rng(0).integers(0, 256, (40, 4, 4, 1)).astype(np.uint8)
    gan = small(ganreg.DataSpec((4, 4, 1), value_range=(-1, 1)))
    monitor = watched(gan, images)
    monitor.take_snapshot(with_samples=True)
    samples = monitor.snapshots[0].samples
    assert samples.offset < 5
    assert 0 < samples.distance < 1


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


def test_a_player_of_several_networks_is_compared_with_all_its_averages():
    """The lag is the distance between all weights and all their averages, relative to the weights."""
    points = np.random.default_rng(0).normal(size=(64, 2)).astype(np.float32)
    gan = ganreg.assemble(
        game="cycle",
        generator="mlp:widths=[4]",
        discriminator="mlp:widths=[4]",
        loss="least-squares",
        data=ganreg.Data(train=points, source=ganreg.Data(train=-points)),
        batch_size=16,
    )
    monitor = watched(gan, points)
    gan.fit(steps=5, verbose=0, execution="graph", updates_per_call=5)
    monitor.take_snapshot(with_samples=True)
    own, averages = (
        np.concatenate([variable.numpy().ravel() for network in networks for variable in network.trainable_variables])
        for networks in (gan.players.generator.networks.values(), gan.average_networks.values())
    )
    lag = np.linalg.norm(own - averages) / np.linalg.norm(own)
    assert monitor.snapshots[-1].lag == pytest.approx(lag, rel=1e-5)
    assert lag > 0
