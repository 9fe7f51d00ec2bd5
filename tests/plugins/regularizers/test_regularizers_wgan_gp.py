"""WGAN-GP against closed forms and float64 numpy."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.wgan_gp import WganGp
from hypothesis import given, settings
from hypothesis import strategies as st

from ganreg import SpecError
from ganreg.testing import discriminator_step

LENGTHS = st.floats(0.0, 20.0)


@given(length=LENGTHS, weight=LENGTHS, target=st.floats(0.0, 5.0), one_sided=st.booleans())
@settings(max_examples=50, deadline=None)
def test_linear_discriminator(linear, length, weight, target, one_sided):
    penalty = WganGp(weight=weight, target=target, one_sided=one_sided)
    critic = linear(tf.constant([0.6 * length, 0.0, -0.8 * length], tf.float32))
    rng = np.random.default_rng(0)
    step = discriminator_step(critic, real=rng.normal(size=(4, 3)), fake=rng.normal(size=(4, 3)))
    excess = max(0.0, length - target) if one_sided else length - target
    np.testing.assert_allclose(penalty.discriminator_penalty(step), weight * excess**2, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("options", [{}, {"one_sided": True}, {"target": 0.0, "weight": 3.0}], ids=str)
def test_value_and_gradient_by_weights(options, network, batches, finite_differences):
    real, fake = batches
    penalty = WganGp(**options)
    ones = [1 for _ in network.shape]
    # A step of the same seed and iteration repeats the numbers that the penalty draws.
    alpha = np.float64(discriminator_step(network, real=real, fake=fake, seed=5).uniform((6, *ones)))
    mixed = (1 - alpha) * real + alpha * fake

    def reference(weights):
        length = np.linalg.norm(network.input_gradient(mixed, weights), axis=1)
        excess = length - penalty.target
        if penalty.one_sided:
            excess = np.maximum(excess, 0)
        return penalty.weight * np.mean(np.square(excess))

    with tf.GradientTape() as tape:
        step = discriminator_step(network, real=tf.constant(real), fake=tf.constant(fake), seed=5)
        value = penalty.discriminator_penalty(step)
    np.testing.assert_allclose(value, reference(network.weights), rtol=1e-10)
    np.testing.assert_allclose(
        tape.gradient(value, network.variable), finite_differences(reference, network.weights), rtol=1e-5, atol=1e-6
    )


def test_flat_discriminator_is_finite(linear):
    weights = tf.Variable([0.0, 0.0])
    with tf.GradientTape() as tape:
        step = discriminator_step(linear(weights), real=np.ones((3, 2)), fake=np.zeros((3, 2)))
        value = WganGp(weight=2.0).discriminator_penalty(step)
    np.testing.assert_allclose(value, 2.0)
    np.testing.assert_array_equal(tape.gradient(value, weights), [0.0, 0.0])


def test_flat_at_one_sample_only_is_finite():
    """A ReLU network is flat somewhere: those samples must not spoil the gradient of the others."""
    weights = tf.Variable([[1.0, 2.0]])

    def discriminator(samples, training):
        return tf.nn.relu(tf.reduce_sum(samples * weights, axis=1, keepdims=True))

    both = np.float32([[1.0, 1.0], [-1.0, -1.0]])
    with tf.GradientTape() as tape:
        value = WganGp(weight=1.0).discriminator_penalty(discriminator_step(discriminator, real=both, fake=both))
    length = np.sqrt(5)
    np.testing.assert_allclose(value, ((length - 1) ** 2 + 1) / 2, rtol=1e-6)
    expected = (length - 1) / length * np.array([[1.0, 2.0]])
    np.testing.assert_allclose(tape.gradient(value, weights), expected, rtol=1e-5)


def test_samples_of_two_types_can_be_mixed(linear):
    """Under a mixed-precision policy generated samples have the compute type."""
    real, fake = tf.ones((3, 2)), tf.zeros((3, 2), tf.float16)
    step = discriminator_step(linear(tf.constant([3.0, 4.0])), real=real, fake=fake)
    np.testing.assert_allclose(WganGp(weight=1.0).discriminator_penalty(step), 16.0, rtol=1e-6)


def test_what_it_declares():
    assert WganGp.bounds_slope
    assert WganGp.needs_independent_samples
    assert (WganGp().weight, WganGp().target, WganGp().one_sided) == (10.0, 1.0, False)
    with pytest.raises(ValueError, match="weight"):
        WganGp(weight=-1.0)
    with pytest.raises(SpecError, match="one_sided"):
        WganGp(one_sided="yes")
