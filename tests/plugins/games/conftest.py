"""Small GANs of every bundled game, and the tools to compare an update with its objective written out by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.contract.schedule import Phase

BATCH = 8
PHASES = {
    "discriminator": Phase(1, 0),
    "generator": Phase(0, 1),
    "both": Phase(1, 1, simultaneous=True),
}
SGD = "sgd:learning_rate=1.0"  # so large that rounding a weight hardly changes its difference


def images(seed, count=32, side=8, channels=1):
    """Images `[count, side, side, channels]` in -1..1."""
    return np.random.default_rng(seed).uniform(-1, 1, (count, side, side, channels)).astype(np.float32)


DATA = {
    "pairs": ganreg.Data(train=images(0), source=ganreg.Data(train=images(1), value_range=(-1, 1)), paired=True),
    "unpaired": ganreg.Data(
        train=images(0, side=8), source=ganreg.Data(train=images(1, count=40, channels=2)), value_range=(-1, 1)
    ),
    "labels": ganreg.Data(train=images(0), train_labels=np.arange(32) % 3, value_range=(-1, 1)),
    "points": ganreg.Data(train=np.random.default_rng(0).normal(size=(32, 2)).astype(np.float32)),
}
"""Data for games that need pairs, sources, labels or nothing."""

SETTINGS = {
    "translation": {"data": DATA["pairs"], "generator": "mlp:widths=[8]"},
    "cycle": {"data": DATA["unpaired"], "generator": "mlp:widths=[8]"},
    "star": {"data": DATA["labels"], "generator": "mlp:widths=[8],conditional=true"},
    "bidirectional": {"data": DATA["points"], "generator": "mlp:widths=[8],latent_dim=3"},
    "vae": {"data": DATA["points"], "generator": "mlp:widths=[8],latent_dim=3"},
}
"""By the game: data that it can be played on, and a small network for its generator."""


@pytest.fixture
def play():
    """Assembles a small GAN of a bundled game: `play("cycle")`, or with a spec and further arguments of `assemble`."""

    def make(game, **options):
        settings = SETTINGS[game.partition(":")[0]] | {
            "discriminator": "mlp:widths=[8]",
            "loss": "non-saturating",
            "regularizers": [],
            "generator_optimizer": SGD,
            "discriminator_optimizer": SGD,
            "batch_size": BATCH,
            "seed": 1,
        }
        return ganreg.assemble(game=game, **settings | options)

    return make


@pytest.fixture
def batch_of():
    """The first batch of a GAN's data, as tensors by name."""

    def make(gan):
        taken = gan.batches_of(shuffle=False).take(0, 1)
        return {name: tf.constant(values[0]) for name, values in taken.items()}

    return make


@pytest.fixture
def update(batch_of):
    """One eager update of a player on the first batch; returns its logs."""

    def make(gan, player, iteration=0):
        batches = {name: values[tf.newaxis] for name, values in batch_of(gan).items()}
        iteration = tf.constant(iteration, tf.int64)
        return gan.players.updates.round(PHASES[player], batches, iteration, generator_first=False)

    return make


@pytest.fixture
def differs_by(update):
    """The largest difference between an update by SGD and the gradient of an objective that is written by hand.

    `differs_by(gan, player, objective)` calls `objective()` before the update, which returns a scalar, and returns the
    difference relative to the largest gradient.
    """

    def measure(gan, player, objective):
        variables = [variable.value for variable in getattr(gan.players, player).trainable_variables]
        with tf.GradientTape() as tape:
            value = objective()
        gradients = tape.gradient(value, variables, unconnected_gradients="zero")
        before = [variable.numpy() for variable in variables]
        update(gan, player)
        rate = float(getattr(gan, f"{player}_optimizer").learning_rate)
        moved = [(old - variable.numpy()) / rate for old, variable in zip(before, variables, strict=True)]
        largest = max(float(np.abs(gradient).max()) for gradient in gradients)
        assert largest > 1e-3, "an objective without a gradient proves nothing"
        return (
            max(float(np.abs(step - gradient).max()) for step, gradient in zip(moved, gradients, strict=True)) / largest
        )

    return measure


@pytest.fixture
def passes(monkeypatch):
    """Counts the forward passes of each network of a GAN: `with passes(gan) as counts: ...`."""
    import contextlib

    @contextlib.contextmanager
    def counting(gan):
        counts = dict.fromkeys(gan.networks, 0)
        names = {id(network): name for name, network in gan.networks.items()}
        call = keras.Model.__call__

        def counted(model, *arguments, **options):
            if id(model) in names:
                counts[names[id(model)]] += 1
            return call(model, *arguments, **options)

        with monkeypatch.context() as patch:
            patch.setattr(keras.Model, "__call__", counted)
            yield counts

    return counting
