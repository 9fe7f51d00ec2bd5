"""R2 against closed forms and float64 numpy."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.r2 import R2

from ganreg.testing import discriminator_step


def test_linear_discriminator(linear):
    """‖∇(w·x)‖² is ‖w‖², wherever."""
    weights = tf.constant([3.0, 4.0])
    step = discriminator_step(linear(weights), real=np.ones((5, 2)), fake=np.zeros((5, 2)))
    value = R2(weight=0.3).discriminator_penalty(step)
    assert value.dtype == tf.float32
    np.testing.assert_allclose(value, 0.3 / 2 * 25, rtol=1e-6)


def test_looks_at_generated_samples_only():
    """The gradient of Σ x² is 2x: the penalty of zeros is 0."""
    batches = [np.full((4, 2), 1.5), np.zeros((4, 2))]

    def discriminator(samples, training):
        return tf.reduce_sum(samples**2, axis=1, keepdims=True)

    step = discriminator_step(discriminator, real=batches[1], fake=batches[0])
    np.testing.assert_allclose(R2(weight=1.0).discriminator_penalty(step), 2 * 9 / 2, rtol=1e-6)


def test_value_and_gradient_by_weights(network, batches, finite_differences):
    def reference(weights):
        gradients = network.input_gradient(batches[1], weights)
        return 7.0 / 2 * np.mean(np.sum(np.square(gradients), axis=1))

    with tf.GradientTape() as tape:
        real, fake = (tf.constant(batch) for batch in batches)
        value = R2(weight=7.0).discriminator_penalty(discriminator_step(network, real=real, fake=fake))
    np.testing.assert_allclose(value, reference(network.weights), rtol=1e-10)
    np.testing.assert_allclose(
        tape.gradient(value, network.variable), finite_differences(reference, network.weights), rtol=1e-6, atol=1e-7
    )


def test_patch_logits_are_summed():
    """Two patches that each see w·x have the gradient 2w."""

    def patches(samples, training):
        logits = tf.reduce_sum(samples * tf.constant([3.0, 4.0]), axis=1)
        return tf.stack([logits, logits], axis=1)[:, :, None, None]

    step = discriminator_step(patches, real=np.ones((5, 2)), fake=np.ones((5, 2)))
    np.testing.assert_allclose(R2(weight=2.0).discriminator_penalty(step), 100.0, rtol=1e-6)


def test_flat_discriminator(linear):
    weights = tf.Variable([0.0, 0.0])
    with tf.GradientTape() as tape:
        step = discriminator_step(linear(weights), real=np.ones((3, 2)), fake=np.ones((3, 2)))
        value = R2().discriminator_penalty(step)
    assert value == 0.0
    np.testing.assert_array_equal(tape.gradient(value, weights), [0.0, 0.0])


def test_costs_no_extra_pass():
    passes = []

    def discriminator(samples, training):
        passes.append(samples.shape)
        return tf.reduce_sum(samples, axis=1, keepdims=True)

    step = discriminator_step(discriminator, real=np.ones((3, 2)), fake=np.ones((3, 2)))
    assert step.real_output.logits.shape == step.fake_output.logits.shape
    R2().discriminator_penalty(step)
    assert len(passes) == 2


def test_default_and_bounds():
    assert R2().weight == 10.0
    assert R2.bounds_slope
    with pytest.raises(ValueError, match="weight"):
        R2(weight=-1.0)
