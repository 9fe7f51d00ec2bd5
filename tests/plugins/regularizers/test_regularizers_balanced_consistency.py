"""Balanced consistency: values and second-order gradients against numpy."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.balanced_consistency import BalancedConsistency
from ganreg_regularizers.consistency import Consistency

from ganreg.testing import discriminator_step


def _logits(network, samples, weights):
    return network.features(samples, weights) @ weights[-network.hidden :]


def test_value_and_gradient_by_the_weights(network, batches, recording, finite_differences):
    real, fake = batches
    component = BalancedConsistency(weight=0.5, real_weight=3.0, fake_weight=7.0)
    again = recording(discriminator_step(network, real=tf.constant(real), fake=tf.constant(fake)))
    moved = [component.transformed(tf.constant(batch), again).numpy() for batch in (real, fake)]

    def reference(weights):
        changes = [
            np.mean((_logits(network, batch, weights) - _logits(network, other, weights)) ** 2)
            for batch, other in zip((real, fake), moved, strict=True)
        ]
        return 0.5 * (3.0 * changes[0] + 7.0 * changes[1])

    with tf.GradientTape() as tape:
        step = discriminator_step(network, real=tf.constant(real), fake=tf.constant(fake))
        value = tf.reduce_mean(component.discriminator_penalty(step))
    assert reference(network.weights) > 1e-4
    np.testing.assert_allclose(value, reference(network.weights), rtol=2e-5)
    gradient = tape.gradient(value, network.variable)
    np.testing.assert_allclose(gradient, finite_differences(reference, network.weights), rtol=2e-3, atol=1e-5)


def test_a_discriminator_that_does_not_see_the_change_costs_nothing():
    images = tf.random.stateless_normal((4, 8, 8, 1), [0, 1])
    step = discriminator_step(lambda x, training: tf.zeros((4, 1)), real=images, fake=images)
    np.testing.assert_array_equal(BalancedConsistency().discriminator_penalty(step), np.zeros(4))


@pytest.mark.parametrize("sign", [-80.0, 80.0])
def test_extreme_logits_are_finite(sign):
    points = tf.ones((4, 2))
    step = discriminator_step(lambda x, training: sign * x[:, :1], real=points, fake=points)
    assert np.isfinite(BalancedConsistency().discriminator_penalty(step)).all()


def test_without_weight_on_generated_samples_it_is_consistency(network, batches):
    real, fake = (tf.constant(batch) for batch in batches)
    steps = [discriminator_step(network, real=real, fake=fake) for _ in range(2)]
    mine = BalancedConsistency(real_weight=3.0, fake_weight=0.0).discriminator_penalty(steps[0])
    np.testing.assert_allclose(mine, Consistency(weight=3.0).discriminator_penalty(steps[1]), rtol=1e-12)


@pytest.mark.parametrize("name", ["weight", "real_weight", "fake_weight", "shift", "noise"])
def test_refuses(name):
    with pytest.raises(ValueError, match=name):
        BalancedConsistency(**{name: -1.0})
