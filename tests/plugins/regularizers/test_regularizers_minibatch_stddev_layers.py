"""The standard deviation within groups against a numpy loop."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.minibatch_stddev_layers import GroupDeviation


def _reference(hidden, group_size):
    """StyleGAN2's: sample i is in group i modulo the number of groups."""
    batch = len(hidden)
    groups = 1 if group_size is None else max(1, batch // group_size)
    result = np.zeros((batch, 1))
    for group in range(groups):
        members = np.arange(group, batch, groups)
        result[members] = np.sqrt(np.float64(hidden[members]).var(axis=0) + 1e-8).mean()
    return result


@pytest.mark.parametrize("batch", [1, 3, 4, 8, 10, 16])
@pytest.mark.parametrize("group_size", [None, 2, 4])
def test_against_a_loop_over_groups(batch, group_size):
    hidden = np.random.default_rng(batch).normal(size=(batch, 5)).astype("float32")
    result = GroupDeviation(group_size)(hidden)
    assert result.shape == (batch, 1)
    np.testing.assert_allclose(result, _reference(hidden, group_size), rtol=1e-5, atol=1e-6)


def test_batches_of_unknown_size():
    layer = GroupDeviation(4)
    hidden = np.random.default_rng(0).normal(size=(10, 5)).astype("float32")
    traced = tf.function(layer, input_signature=[tf.TensorSpec((None, 5))])
    np.testing.assert_allclose(traced(hidden), _reference(hidden, 4), rtol=1e-5)


def test_equal_samples_have_a_finite_gradient():
    hidden = tf.ones((4, 5))
    with tf.GradientTape() as tape:
        tape.watch(hidden)
        total = tf.reduce_sum(GroupDeviation(4)(hidden))
    np.testing.assert_allclose(total, 4e-4, rtol=1e-4)
    assert np.isfinite(tape.gradient(total, hidden)).all()


def test_an_equal_layer_from_its_configuration():
    layer = GroupDeviation(3)
    hidden = np.random.default_rng(0).normal(size=(7, 5)).astype("float32")
    again = GroupDeviation.from_config(layer.get_config())
    np.testing.assert_array_equal(again(hidden), layer(hidden))
    assert layer.compute_output_shape(hidden.shape) == (7, 1)
