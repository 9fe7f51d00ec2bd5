"""Small models of a reader's own."""

import keras
import numpy as np
import pytest
from keras import layers

POINTS = np.random.default_rng(0).normal(size=(64, 2)).astype(np.float32)
CLASSES = np.arange(64) % 3


class Dense(keras.Model):
    """A model of a class of its own, whose constructor takes nothing."""

    def __init__(self):
        super().__init__()
        self.first, self.last = layers.Dense(4, activation="relu"), layers.Dense(1)

    def call(self, inputs):
        return self.last(self.first(inputs))


class Sized(keras.Model):
    """One whose constructor takes an argument that Keras does not keep."""

    def __init__(self, units=3):
        super().__init__()
        self.latent_dim = 5
        self.first, self.last = layers.Dense(units, activation="relu"), layers.Dense(2)

    def call(self, inputs):
        return self.last(self.first(inputs))


class Scaled(layers.Layer):
    """A layer of its own."""

    def __init__(self, by=2.0, **options):
        super().__init__(**options)
        self.by = by

    def call(self, inputs):
        return inputs * self.by

    def get_config(self):
        return {**super().get_config(), "by": self.by}


def sequential(inputs, outputs, *, name=None, hidden=4, activation=None):
    """Two dense layers."""
    return keras.Sequential(
        [
            keras.Input((inputs,)),
            layers.Dense(hidden, activation="relu"),
            layers.Dense(outputs, activation=activation),
        ],
        name=name,
    )


@pytest.fixture
def generator():
    return sequential(4, 2, name="own_generator")


@pytest.fixture
def discriminator():
    return sequential(2, 1, name="own_discriminator")
