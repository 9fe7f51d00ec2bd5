"""The same training on one device and on two: the same numbers up to rounding, and equal copies."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg import GanregWarning
from ganreg.engine.replicas import Replicas, seeds_of
from ganreg.engine.running.execution import Execution
from ganreg.engine.variables import variable_groups

LABELLED = {
    "generator": "mlp:latent_dim=3,widths=[8],conditional=true",
    "discriminator": "mlp:widths=[8],conditional=true",
    "data": ganreg.DataSpec((2,), num_classes=3),
}


@pytest.fixture(scope="module")
def pair(small, strategy):
    """Makes the same GAN on one device and on two."""

    def make(**options):
        with strategy.scope():
            shared = small(**options)
        return small(**options), shared

    return make


def variables(gan):
    return [variable for group in variable_groups(gan.players).values() for variable in group]


def largest_difference(one, other):
    pairs = zip(variables(one), variables(other), strict=True)
    return max(np.abs(first.numpy().astype(float) - second.numpy()).max() for first, second in pairs)


def copies_are_equal(gan, strategy):
    """Whether all copies of all variables are, but for the seeds of dropout, which must differ."""
    networks = [*gan.networks.values(), *gan.average_networks.values()]
    seeds = {id(seed.value) for network in networks for seed in seeds_of(network)}
    kept = [variable for variable in variables(gan) if id(variable) not in seeds]
    both = [strategy.experimental_local_results(variable) for variable in kept]
    return all(np.array_equal(first.numpy(), second.numpy()) for first, second in both)


def fit(gan, points, labels=None, *, steps=6, execution="graph", **options):
    return gan.fit(points, labels, steps=steps, verbose=0, execution=execution, **options)


# Adam's first steps are as long for a gradient that is nearly 0 as for any other, and amplify its rounding.
SGD = {f"{player}_optimizer": "sgd:learning_rate=0.1" for player in ("generator", "discriminator")}
QUICK = {
    "labels and noise": {**LABELLED, **SGD, "loss": "hinge", "regularizers": ["instance-noise", "lecam", "packing"]}
}
SLOW = {
    "lazy": {"regularizers": ["spectral-norm", "r1:every=2", "path-length:every=3"]},
    # The logits' bias has no gradient in this loss; Adam would turn the rounding of zero into whole steps.
    "simultaneous": {
        "loss": "relativistic-average",
        "regularizers": ["feature-matching", "historical-averaging"],
        "schedule": "simultaneous",
        **SGD,
    },
    "several updates": {
        "loss": "wasserstein",
        "regularizers": ["wgan-gp"],
        "schedule": "alternating:generator_steps=2",
    },
    "decay": {"learning_rate_decay": "linear", "steps": 10, "regularizers": ["weight-clipping"]},
    "half precision": {"precision": "mixed_bfloat16"},
    "scaled loss": {"precision": "mixed_float16"},
}
TOLERANCE = {"half precision": 1e-2, "scaled loss": 1e-2}


@pytest.mark.filterwarnings("ignore::ganreg.GanregWarning")
@pytest.mark.parametrize("name", [*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)])
def test_two_devices_compute_what_one_computes(pair, points, strategy, name):
    options = (QUICK | SLOW)[name]
    labels = np.arange(len(points)) % 3 if "data" in options else None
    one, two = pair(**options)
    start = [variable.numpy() for variable in variables(one)]

    histories = [fit(gan, points, labels).history for gan in (one, two)]

    assert any(not np.array_equal(before, now.numpy()) for before, now in zip(start, variables(one), strict=True))
    tolerance = TOLERANCE.get(name, 2e-6)
    assert largest_difference(one, two) < tolerance
    assert copies_are_equal(two, strategy)
    for log, values in histories[0].items():
        np.testing.assert_allclose(histories[1][log], values, atol=tolerance, err_msg=log)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ganreg.GanregWarning")
def test_eager_updates_on_two_devices_are_the_same(pair, points):
    one, two = pair()
    for gan in (one, two):
        fit(gan, points, steps=2, execution="eager")
    assert largest_difference(one, two) < 2e-6


def test_layers_draw_other_masks_and_batch_statistics_stay_equal(pair, points, strategy):
    _, two = pair(generator="mlp:latent_dim=3,widths=[8],norm=batch", discriminator="mlp:widths=[8],dropout=0.5")

    fit(two, points, steps=3)

    assert copies_are_equal(two, strategy)
    (seed,) = seeds_of(two.discriminator)
    first, second = (copy.numpy() for copy in strategy.experimental_local_results(seed.value))
    assert first[0] != second[0]
    assert first[1] == second[1]


@pytest.mark.slow
def test_adaptive_augmentation_counts_the_whole_batch(pair):
    """32 samples between changes of p, of 100: p rises to 0.96 in six updates, whoever has seen the samples."""
    images = np.random.default_rng(0).uniform(-1, 1, (64, 8, 8, 1)).astype(np.float32)
    one, two = pair(
        data=ganreg.DataSpec((8, 8, 1), value_range=(-1, 1)), regularizers=["ada:images=100,interval=2,target=-1.0"]
    )
    for gan in (one, two):
        fit(gan, images)
    assert one.component_state["ada"]["p"].numpy() == pytest.approx(0.96)
    assert largest_difference(one, two) < 1e-5


class Drifting(ganreg.Regularizer):
    """Has never heard of devices: keeps the mean of what it sees, in a hook and in a penalty."""

    def initial_state(self, data):
        return {"after": 0.0, "meanwhile": 0.0}

    def discriminator_penalty(self, step):
        step.state["meanwhile"].assign(0.5 * step.state["meanwhile"] + tf.reduce_mean(step.real_logits))
        return 0.1 * tf.square(step.state["after"])

    def after_discriminator_update(self, step):
        step.state["after"].assign(0.9 * step.state["after"] + 0.1 * tf.reduce_mean(step.fake_logits))


def test_a_component_that_has_never_heard_of_devices_cannot_drift(pair, points, strategy):
    one, two = pair(regularizers=[Drifting()])
    for gan in (one, two):
        fit(gan, points)
    assert largest_difference(one, two) < 2e-6
    assert copies_are_equal(two, strategy)


class InConditional(ganreg.Regularizer):
    """Asks for a mean where devices cannot exchange anything."""

    def discriminator_penalty(self, step):
        return tf.cond(step.iteration >= 0, lambda: step.mean(step.real_logits), lambda: 0.0)


def test_a_mean_in_a_conditional_names_the_component(strategy, small, points):
    with strategy.scope():
        gan = small(regularizers=[InConditional()])
    with pytest.raises(ganreg.PluginError, match=r"InConditional.* discriminator_penalty.*outside"):
        fit(gan, points, steps=1)


def test_xla_gives_way_to_the_graph_with_a_line(strategy, small, points):
    with strategy.scope():
        gan = small()
    with pytest.warns(GanregWarning, match="XLA cannot compile what several devices exchange"):
        fit(gan, points, steps=1, execution=Execution("xla", 1))
    assert gan.execution == Execution("graph", 1)


def test_a_batch_of_fit_that_cannot_be_shared_is_refused(strategy, small, points):
    with strategy.scope():
        gan = small()
    for call in (lambda: fit(gan, points, batch_size=15), lambda: gan.train_on_batch(points[:15])):
        with pytest.raises(ganreg.AssemblyError, match="use a batch size of 16"):
            call()


@pytest.mark.slow
def test_learning_rates_and_optimizers_change_on_all_devices(pair, points, strategy):
    one, two = pair()
    for gan in (one, two):
        fit(gan, points, steps_per_epoch=2, steps=4)
        gan.compile(generator_optimizer=keras.optimizers.RMSprop(0.01), discriminator_optimizer="adamw")
        halved = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5)
        fit(gan, points, steps_per_epoch=2, steps=4, callbacks=[halved])
    assert float(np.asarray(two.optimizer.learning_rate)) == pytest.approx(0.0025)
    assert largest_difference(one, two) < 2e-6
    assert copies_are_equal(two, strategy)


@pytest.mark.slow
def test_a_checkpoint_of_two_devices_continues_on_one_and_the_reverse(pair, points, strategy, tmp_path):
    from ganreg.checkpoints.folder import CheckpointFolder

    one, two = pair(regularizers=["lecam", "spectral-norm"])
    fit(two, points, steps=3)
    CheckpointFolder(two.players, tmp_path / "two").write()
    CheckpointFolder(one.players, tmp_path / "two").restore()
    assert (largest_difference(one, two), one.players.done) == (0.0, 3)

    fit(one, points, steps=3)
    CheckpointFolder(one.players, tmp_path / "one").write()
    CheckpointFolder(two.players, tmp_path / "one").restore()
    assert (largest_difference(one, two), two.players.done) == (0.0, 6)
    assert copies_are_equal(two, strategy)


@pytest.mark.slow
def test_everything_else_uses_the_first_copy(pair, points, strategy, tmp_path):
    one, two = pair()
    for gan in (one, two):
        fit(gan, points, validation_data=points[:32], steps_per_epoch=2)
    np.testing.assert_allclose(one.generate(8, seed=1), two.generate(8, seed=1), atol=1e-5)
    assert one.evaluate(points, steps=2) == pytest.approx(two.evaluate(points, steps=2), abs=1e-5)
    assert one.train_on_batch(points[:16]) == pytest.approx(two.train_on_batch(points[:16]), abs=1e-5)
    two.save(tmp_path / "gan.keras")
    assert largest_difference(keras.models.load_model(tmp_path / "gan.keras"), two) == 0.0
    two.save_weights(tmp_path / "gan.weights.h5")
    one.load_weights(tmp_path / "gan.weights.h5")
    assert largest_difference(one, two) == 0.0
    two.generator.set_weights([weight + 1 for weight in two.generator.get_weights()])
    assert copies_are_equal(two, strategy)


@pytest.mark.parametrize(("schedule", "updates_per_call", "exchanges"), [("alternating", 1, 2), ("simultaneous", 3, 1)])
def test_each_update_ends_in_one_exchange(small, strategy, points, monkeypatch, schedule, updates_per_call, exchanges):
    """Each device asks for its exchanges once, because an iteration is traced once for each device."""
    reduce, asked = Replicas._reduced, []
    monkeypatch.setattr(Replicas, "_reduced", lambda self, *what: asked.append(what) or reduce(self, *what))
    with strategy.scope():
        gan = small(schedule=schedule, regularizers=["r1", "historical-averaging"])

    fit(gan, points, steps=3, updates_per_call=updates_per_call)

    assert len(asked) == exchanges * strategy.num_replicas_in_sync
