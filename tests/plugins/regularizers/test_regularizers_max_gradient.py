"""The maximum gradient penalty against closed forms and float64 numpy."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.max_gradient import MaxGradient
from hypothesis import given, settings
from hypothesis import strategies as st

from ganreg.testing import discriminator_step

LENGTHS = st.floats(0.0, 20.0)


@given(length=LENGTHS, weight=LENGTHS)
@settings(max_examples=25, deadline=None)
def test_linear_discriminator(linear, length, weight):
    critic = linear(tf.constant([0.6 * length, 0.0, -0.8 * length], tf.float32))
    rng = np.random.default_rng(0)
    step = discriminator_step(critic, real=rng.normal(size=(4, 3)), fake=rng.normal(size=(4, 3)))
    value = MaxGradient(weight=weight).discriminator_penalty(step)
    np.testing.assert_allclose(value, weight * length**2, rtol=1e-4, atol=1e-4)


def _points(network, real, fake, seed):
    """Where the penalty looks; a step of the same seed and iteration repeats the numbers that it draws."""
    step = discriminator_step(network, real=real, fake=fake, seed=seed)
    alpha = np.float64(step.uniform((len(real), *[1 for _ in network.shape])))
    return (1 - alpha) * real + alpha * fake


def test_value_and_gradient_by_weights(network, batches, finite_differences):
    real, fake = batches
    penalty = MaxGradient(weight=0.7)
    points = _points(network, real, fake, seed=5)

    def reference(weights):
        lengths = np.linalg.norm(network.input_gradient(points, weights), axis=1)
        return penalty.weight * np.max(lengths**2)

    with tf.GradientTape() as tape:
        step = discriminator_step(network, real=tf.constant(real), fake=tf.constant(fake), seed=5)
        value = penalty.discriminator_penalty(step)
    np.testing.assert_allclose(value, reference(network.weights), rtol=1e-10)
    assert value > 0
    np.testing.assert_allclose(
        tape.gradient(value, network.variable), finite_differences(reference, network.weights), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("scale", [0.0, 1e-20, 1e8])
def test_flat_and_steep_discriminators_are_finite(scale, linear):
    weights = tf.Variable([0.6 * scale, 0.8 * scale], dtype=tf.float32)
    with tf.GradientTape() as tape:
        step = discriminator_step(linear(weights), real=np.ones((3, 2)), fake=np.zeros((3, 2)))
        value = MaxGradient(weight=1.0).discriminator_penalty(step)
    gradient = tape.gradient(value, weights)
    assert value.dtype == tf.float32
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()
    np.testing.assert_allclose(value, scale**2, rtol=1e-5, atol=1e-12)
    if scale == 0:
        np.testing.assert_array_equal(gradient, [0.0, 0.0])


def test_packs_are_measured_whole():
    """A discriminator that classifies two samples jointly has the slope of both together."""

    def packs(samples, training):
        return tf.reduce_sum(tf.reshape(samples, (-1, 4)) * [3.0, 0.0, 0.0, 4.0], axis=1, keepdims=True)

    step = discriminator_step(packs, real=np.ones((6, 2)), fake=np.zeros((6, 2)))
    np.testing.assert_allclose(MaxGradient(weight=1.0).discriminator_penalty(step), 5.0**2, rtol=1e-6)


def test_what_it_declares():
    assert MaxGradient().weight == 10.0
    assert MaxGradient.bounds_slope
    assert MaxGradient.needs_independent_samples
    with pytest.raises(ValueError, match="weight"):
        MaxGradient(weight=-1.0)
