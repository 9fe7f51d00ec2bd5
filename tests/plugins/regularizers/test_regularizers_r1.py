"""R1, and what R2 shares with it, against closed forms and float64 numpy."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.r1 import R1
from ganreg_regularizers.r2 import R2

from ganreg.testing import discriminator_step

BOTH = pytest.mark.parametrize("penalty", [R1, R2])


@BOTH
def test_linear_discriminator(penalty, linear):
    """‖∇(w·x)‖² is ‖w‖², wherever."""
    weights = tf.constant([3.0, 4.0])
    step = discriminator_step(linear(weights), real=np.ones((5, 2)), fake=np.zeros((5, 2)))
    value = penalty(weight=0.3).discriminator_penalty(step)
    assert value.dtype == tf.float32
    np.testing.assert_allclose(value, 0.3 / 2 * 25, rtol=1e-6)


def test_looks_at_real_samples_only():
    """The gradient of Σ x² is 2x: the penalty of zeros is 0."""
    batches = [np.full((4, 2), 1.5), np.zeros((4, 2))]

    def discriminator(samples, training):
        return tf.reduce_sum(samples**2, axis=1, keepdims=True)

    step = discriminator_step(discriminator, real=batches[0], fake=batches[1])
    np.testing.assert_allclose(R1(weight=1.0).discriminator_penalty(step), 2 * 9 / 2, rtol=1e-6)


@pytest.mark.parametrize(("penalty", "batch"), [(R1, 0), (R2, 1)])
def test_value_and_gradient_by_weights(penalty, batch, network, batches, finite_differences):
    def reference(weights):
        gradients = network.input_gradient(batches[batch], weights)
        return 7.0 / 2 * np.mean(np.sum(np.square(gradients), axis=1))

    with tf.GradientTape() as tape:
        real, fake = (tf.constant(batch) for batch in batches)
        value = penalty(weight=7.0).discriminator_penalty(discriminator_step(network, real=real, fake=fake))
    np.testing.assert_allclose(value, reference(network.weights), rtol=1e-10)
    np.testing.assert_allclose(
        tape.gradient(value, network.variable), finite_differences(reference, network.weights), rtol=1e-6, atol=1e-7
    )


@BOTH
def test_patch_logits_are_summed(penalty):
    """Two patches that each see w·x have the gradient 2w."""

    def patches(samples, training):
        logits = tf.reduce_sum(samples * tf.constant([3.0, 4.0]), axis=1)
        return tf.stack([logits, logits], axis=1)[:, :, None, None]

    step = discriminator_step(patches, real=np.ones((5, 2)), fake=np.ones((5, 2)))
    np.testing.assert_allclose(penalty(weight=2.0).discriminator_penalty(step), 100.0, rtol=1e-6)


@BOTH
def test_flat_discriminator(penalty, linear):
    weights = tf.Variable([0.0, 0.0])
    with tf.GradientTape() as tape:
        step = discriminator_step(linear(weights), real=np.ones((3, 2)), fake=np.ones((3, 2)))
        value = penalty().discriminator_penalty(step)
    assert value == 0.0
    np.testing.assert_array_equal(tape.gradient(value, weights), [0.0, 0.0])


@BOTH
def test_costs_no_extra_pass(penalty):
    passes = []

    def discriminator(samples, training):
        passes.append(samples.shape)
        return tf.reduce_sum(samples, axis=1, keepdims=True)

    step = discriminator_step(discriminator, real=np.ones((3, 2)), fake=np.ones((3, 2)))
    assert step.real_output.logits.shape == step.fake_output.logits.shape
    penalty().discriminator_penalty(step)
    assert len(passes) == 2


def test_default_and_bounds():
    assert R1().weight == 10.0
    assert R1.bounds_slope
    with pytest.raises(ValueError, match="weight"):
        R1(weight=-1.0)
