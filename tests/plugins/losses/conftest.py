"""What the tests of all losses share: logits to try, derivatives, and short trainings."""

import decimal
from typing import ClassVar

import attrs
import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg


@pytest.fixture(scope="session")
def logits():
    """Real and fake logits: ordinary ones, the margins, zero, and ±80 in every combination."""
    rng = np.random.default_rng(7)
    special = np.array([-80.0, -1.0, 0.0, 1.0, 80.0])
    real, fake = (grid.ravel() for grid in np.meshgrid(special, special))
    ordinary = rng.normal(scale=4.0, size=(2, 40))
    return np.float32(np.concatenate([real, ordinary[0]])), np.float32(np.concatenate([fake, ordinary[1]]))


@pytest.fixture(scope="session")
def slopes():
    """Returns a function: the derivative of a loss by each of its logits, sample by sample."""

    def compute(loss, *logits):
        given = [tf.constant(values, tf.float32) for values in logits]
        with tf.GradientTape() as tape:
            tape.watch(given)
            value = loss(*given)
        return [gradient.numpy() for gradient in tape.gradient(value, given, unconnected_gradients="zero")]

    return compute


@attrs.frozen(kw_only=True)
class Quadratic(ganreg.Discriminator):
    """Minus an energy, the squared length of a linear map of the sample, as logits."""

    gives_energy: ClassVar[bool] = True

    def build(self, data):
        inputs = keras.Input(data.shape)
        energy = keras.ops.sum(keras.ops.square(keras.layers.Dense(3)(inputs)), axis=-1, keepdims=True)
        return keras.Model(inputs, {"logits": -energy, "features": ()})


@pytest.fixture(scope="session")
def train():
    """Returns a function: three iterations on points of two numbers; the GAN and what it logged."""
    points = np.random.default_rng(3).normal(size=(64, 2)).astype(np.float32)

    def run(loss, execution="graph", discriminator=None, **options):
        gan = ganreg.assemble(
            generator="mlp:widths=[8],latent_dim=4",
            discriminator=discriminator or "mlp:widths=[8]",
            loss=loss,
            data=ganreg.DataSpec((2,)),
            **options,
        )
        networks = (gan.generator, gan.discriminator)
        before = [network.get_weights() for network in networks]
        history = gan.fit(points, batch_size=16, steps=3, execution=execution, updates_per_call=3, verbose=0)
        for network, weights in zip(networks, before, strict=True):
            assert all(np.isfinite(weight).all() for weight in network.get_weights())
            assert np.any(weights[0] != network.get_weights()[0])
        return gan, {name: values[-1] for name, values in history.history.items()}

    return run


@pytest.fixture(scope="session")
def energy_discriminator():
    """A discriminator whose logits are minus an energy."""
    return Quadratic()


@pytest.fixture(scope="session")
def log_probabilities():
    """Returns a function: log D(x) and log(1 - D(x)) with D(x) = 1 / (1 + exp(-logit)), exact for 1 - D(x) at ±80."""

    def compute(logit):
        with decimal.localcontext(prec=90):
            probability = 1 / (1 + (-decimal.Decimal(float(logit))).exp())
            return float(probability.ln()), float((1 - probability).ln())

    return compute
