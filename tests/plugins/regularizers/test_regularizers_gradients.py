"""Norms of gradients: their values, and that they are differentiable everywhere."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.gradients import norms, squared_norms
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays


@given(arrays.arrays(np.float32, (3, 2, 2, 2), elements=st.floats(-1e3, 1e3, width=32)))
@settings(max_examples=60, deadline=None)
def test_lengths_over_all_axes_but_the_batch(gradients):
    expected = np.sum(np.float64(gradients) ** 2, axis=(1, 2, 3))
    np.testing.assert_allclose(squared_norms(tf.constant(gradients)), expected, rtol=1e-5, atol=1e-37)
    np.testing.assert_allclose(norms(tf.constant(gradients)), np.sqrt(expected), rtol=1e-5, atol=1e-18)


@pytest.mark.parametrize(("given_type", "type_of_norm"), [("float16", "float32"), ("float64", "float64")])
def test_sums_in_float32_at_least(given_type, type_of_norm):
    length = norms(tf.fill((1, 10_000), tf.cast(100.0, given_type)))  # squares add up to 1e8, beyond float16
    assert length.dtype == type_of_norm
    np.testing.assert_allclose(length, [1e4], rtol=1e-6)


def test_first_and_second_derivatives():
    gradients = tf.constant([[3.0, 4.0], [0.0, 0.0], [1e-30, 0.0]])
    with tf.GradientTape() as outer:
        outer.watch(gradients)
        with tf.GradientTape() as inner:
            inner.watch(gradients)
            length = norms(gradients)
        slope = inner.gradient(length, gradients)
    curvature = outer.batch_jacobian(slope, gradients).numpy()
    np.testing.assert_allclose(slope, [[0.6, 0.8], [0, 0], [0, 0]], rtol=1e-6)
    unit = np.array([0.6, 0.8])
    np.testing.assert_allclose(curvature[0], (np.eye(2) - np.outer(unit, unit)) / 5, rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(curvature[1:], np.zeros((2, 2, 2)))


def test_slope_at_zero_under_xla():
    """TensorFlow's own kernel makes 0·∞ a 0 in the first derivative of a root; XLA's does not."""

    @tf.function(jit_compile=True)
    def slope(gradients):
        with tf.GradientTape() as tape:
            tape.watch(gradients)
            length = norms(gradients)
        return tape.gradient(length, gradients)

    np.testing.assert_allclose(slope(tf.constant([[0.0, 0.0], [3.0, 4.0]])), [[0.0, 0.0], [0.6, 0.8]], rtol=1e-6)
