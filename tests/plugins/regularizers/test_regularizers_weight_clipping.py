"""Weight clipping: every trainable variable of D ends within the limit, and nothing else moves."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.weight_clipping import WeightClipping

from ganreg.testing import discriminator_step


@pytest.fixture
def discriminator():
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(4), keras.layers.BatchNormalization(), keras.layers.Dense(1)]
    return keras.Sequential([keras.Input((3,)), *layers])


@pytest.mark.parametrize("compiled", [False, True])
def test_clips(discriminator, compiled):
    before = [variable.numpy() for variable in discriminator.variables]
    trainable = {id(variable) for variable in discriminator.trainable_variables}
    limit = 0.3

    def update():
        step = discriminator_step(discriminator, real=np.zeros((2, 3)), fake=np.zeros((2, 3)))
        WeightClipping(limit=limit).after_discriminator_update(step)

    (tf.function(update) if compiled else update)()
    for variable, old in zip(discriminator.variables, before, strict=True):
        expected = np.clip(old, -np.float32(limit), limit) if id(variable) in trainable else old
        np.testing.assert_array_equal(variable.numpy(), expected)
    assert max(np.abs(variable.numpy()).max() for variable in discriminator.trainable_variables) == np.float32(limit)


def test_what_it_declares():
    assert WeightClipping.bounds_slope
    assert WeightClipping().limit == 0.01
    with pytest.raises(ValueError, match="limit"):
        WeightClipping(limit=0.0)
