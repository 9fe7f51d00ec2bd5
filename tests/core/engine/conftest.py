"""Tiny components of the tests' own, whose mathematics fits on a line, and tiny GANs of the bundled ones."""

from __future__ import annotations

import types

import attrs
import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg


@keras.saving.register_keras_serializable("ganreg-tests")
class Point(keras.layers.Layer):
    """Returns one learned number for whatever latent comes in."""

    def __init__(self, start=1.0, **options):
        super().__init__(**options)
        self._start = start

    def build(self, _):
        self.theta = self.add_weight(shape=(1,), initializer=keras.initializers.Constant(self._start), name="theta")

    def call(self, latents):
        return tf.zeros_like(latents) + self.theta


@attrs.frozen(kw_only=True)
class PointGenerator(ganreg.Generator):
    """The Dirac-GAN's generator: one number, whatever the latents are."""

    latent_dim: int = 1
    start: float = 1.0

    def build(self, data):
        latents = keras.Input((1,))
        return keras.Model(latents, Point(self.start)(latents))


@attrs.frozen(kw_only=True)
class LinearDiscriminator(ganreg.Discriminator):
    """The Dirac-GAN's discriminator: D(x) = psi · x."""

    start: float = -1.0

    def build(self, data):
        samples = keras.Input(data.shape)
        slope = keras.layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.Constant(self.start))
        return keras.Model(samples, {"logits": slope(samples), "features": (samples,)})


@attrs.frozen(kw_only=True)
class Shift(ganreg.Regularizer):
    """Adds a constant to whatever the discriminator sees."""

    by: float = 1.0

    def discriminator_input(self, samples, step):
        return samples + self.by


@attrs.frozen(kw_only=True)
class Scale(ganreg.Regularizer):
    """Multiplies whatever the discriminator sees."""

    by: float = 2.0

    def discriminator_input(self, samples, step):
        return samples * self.by


@attrs.frozen(kw_only=True)
class Pull(ganreg.Regularizer):
    """A penalty whose gradient is the same everywhere: the sum of a player's weights."""

    weight: float = 1.0

    def discriminator_penalty(self, step):
        return self.weight * sum(tf.reduce_sum(variable) for variable in step.discriminator_variables)

    def generator_penalty(self, step):
        return self.weight * sum(tf.reduce_sum(variable) for variable in step.generator_variables)


@attrs.frozen(kw_only=True)
class Counter(ganreg.Regularizer):
    """Counts each player's updates in variables of its own, and remembers the last fakes' mean."""

    def initial_state(self, data):
        return {"discriminator": 0.0, "generator": 0.0, "mean": np.zeros(data.shape, np.float32)}

    def after_discriminator_update(self, step):
        step.state["discriminator"].assign_add(1.0)
        step.state["mean"].assign(tf.reduce_mean(step.fake, axis=0))

    def after_generator_update(self, step):
        step.state["generator"].assign_add(1.0)


@attrs.frozen(kw_only=True)
class Broken(ganreg.Regularizer):
    """Fails in whichever method it is told to."""

    where: str = "discriminator_penalty"

    def check(self, assembly):
        self._fail("check")
        return ()

    def wrap_discriminator(self, model, data):
        self._fail("wrap_discriminator")
        return model

    def initial_state(self, data):
        self._fail("initial_state")
        return {}

    def discriminator_input(self, samples, step):
        self._fail("discriminator_input")
        return samples

    def discriminator_penalty(self, step):
        self._fail("discriminator_penalty")
        return 0.0

    def generator_penalty(self, step):
        self._fail("generator_penalty")
        return 0.0

    def after_discriminator_update(self, step):
        self._fail("after_discriminator_update")

    def _fail(self, where):
        if self.where == where:
            raise KeyError("lost screw")


@attrs.frozen(kw_only=True)
class BrokenGenerator(ganreg.Generator):
    """Fails when it is built."""

    def build(self, data):
        raise KeyError("lost screw")


@attrs.frozen(kw_only=True)
class SecretlyNormalizing(ganreg.Discriminator):
    """Normalises over the batch and does not say so."""

    def build(self, data):
        samples = keras.Input(data.shape)
        hidden = keras.Sequential([keras.layers.Dense(4), keras.layers.BatchNormalization()])(samples)
        return keras.Model(samples, {"logits": keras.layers.Dense(1)(hidden), "features": (hidden,)})


@attrs.frozen(kw_only=True)
class OtherModel(ganreg.Discriminator):
    """Builds whatever it is told to."""

    made: object = None

    def build(self, data):
        return self.made(data)


_PARTS = types.SimpleNamespace(
    PointGenerator=PointGenerator,
    LinearDiscriminator=LinearDiscriminator,
    Shift=Shift,
    Scale=Scale,
    Pull=Pull,
    Counter=Counter,
    Broken=Broken,
    BrokenGenerator=BrokenGenerator,
    SecretlyNormalizing=SecretlyNormalizing,
    OtherModel=OtherModel,
)


@pytest.fixture(scope="session")
def parts():
    """The components of the tests' own, as a namespace."""
    return _PARTS


@pytest.fixture(scope="session")
def points():
    """256 points in the plane."""
    return np.random.default_rng(0).normal(size=(256, 2)).astype(np.float32)


@pytest.fixture(scope="session")
def small():
    """Makes a GAN of tiny dense networks; what is given overrides what is here."""

    def make(data=None, **options):
        given = {
            "generator": "mlp:latent_dim=3,widths=[8]",
            "discriminator": "mlp:widths=[8]",
            "loss": "non-saturating",
            "data": ganreg.DataSpec((2,)) if data is None else data,
            "generator_optimizer": "adam:learning_rate=0.01,beta_1=0.5",
            "discriminator_optimizer": "adam:learning_rate=0.01,beta_1=0.5",
            "batch_size": 16,
        }
        return ganreg.assemble(**given | options)

    return make


def _numbers(model):
    return [variable.numpy() for variable in model.variables]


@pytest.fixture(scope="session")
def numbers():
    """Copies the values of all variables of a model or an optimizer."""
    return _numbers


@pytest.fixture(scope="session")
def same():
    """Whether two lists of arrays are equal to the last bit."""

    def compare(first, second):
        return len(first) == len(second) and all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))

    return compare


@pytest.fixture(scope="session")
def dirac():
    """Makes the Dirac-GAN with plain gradient descent: theta = 1, psi = -1 unless given."""

    def make(loss="minimax", regularizers=(), schedule="simultaneous", rate=0.2, theta=1.0, psi=-1.0, **options):
        return ganreg.assemble(
            generator=PointGenerator(start=theta),
            discriminator=LinearDiscriminator(start=psi),
            loss=loss,
            regularizers=regularizers,
            data=ganreg.DataSpec((1,)),
            schedule=schedule,
            generator_optimizer=f"sgd:learning_rate={rate}",
            discriminator_optimizer=f"sgd:learning_rate={rate}",
            batch_size=2,
            **{"ema_decay": 0.0} | options,
        )

    return make
