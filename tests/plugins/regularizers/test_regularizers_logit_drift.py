"""The drift penalty against float64 numpy."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.logit_drift import LogitDrift

from ganreg.testing import discriminator_step


def _logits(samples, training):
    """The logit is the first number of a sample."""
    return samples[:, :1]


def _step(real, fake, state=None):
    real, fake = (np.reshape(np.float32(logits), (-1, 1)) for logits in (real, fake))
    return discriminator_step(_logits, real=real, fake=fake, state=state)


@pytest.mark.parametrize("logits", [[0.5, -2.0, 3.0], [80.0, -80.0], [1e-6], [0.0]], ids=str)
def test_value(logits):
    value = LogitDrift(weight=0.3).discriminator_penalty(_step(logits, [7.0] * len(logits)))
    assert value.dtype == tf.float32
    np.testing.assert_allclose(value, 0.3 * np.mean(np.square(np.float64(np.float32(logits)))), rtol=1e-6)


def test_each_patch_counts():
    """Patches at 1 and 3: (1 + 9) / 2."""

    def patches(samples, training):
        return tf.stack([samples, samples + 2], axis=1)[..., None]

    step = discriminator_step(patches, real=[[1.0]], fake=[[0.0]])
    np.testing.assert_allclose(LogitDrift(weight=1.0).discriminator_penalty(step), 5.0)


def test_value_and_gradient_by_weights(network, batches, finite_differences):
    real, fake = batches

    def reference(weights):
        return 0.2 * np.mean((network.features(real, weights) @ weights[-network.hidden :]) ** 2)

    with tf.GradientTape() as tape:
        step = discriminator_step(network, real=tf.constant(real), fake=tf.constant(fake))
        value = LogitDrift(weight=0.2).discriminator_penalty(step)
    np.testing.assert_allclose(value, reference(network.weights), rtol=1e-5)
    np.testing.assert_allclose(
        tape.gradient(value, network.variable), finite_differences(reference, network.weights), rtol=1e-4, atol=1e-5
    )


def test_default_and_bounds():
    assert LogitDrift().weight == 0.001
    with pytest.raises(ValueError, match="weight"):
        LogitDrift(weight=-1.0)
