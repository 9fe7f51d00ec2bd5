"""Consistency of real samples: values and second-order gradients against numpy."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.consistency import Consistency

from ganreg.testing import discriminator_step


def _logits(network, samples, weights):
    return network.features(samples, weights) @ weights[-network.hidden :]


def test_value_and_gradient_by_the_weights(network, batches, recording, finite_differences):
    real, fake = batches
    component = Consistency(weight=1.5)
    again = recording(discriminator_step(network, real=tf.constant(real), fake=tf.constant(fake)))
    moved = component.transformed(tf.constant(real), again).numpy()

    def reference(weights):
        return 1.5 * np.mean((_logits(network, real, weights) - _logits(network, moved, weights)) ** 2)

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
    np.testing.assert_array_equal(Consistency().discriminator_penalty(step), np.zeros(4))


@pytest.mark.parametrize("sign", [-80.0, 80.0])
def test_extreme_logits_are_finite(sign):
    points = tf.ones((4, 2))
    step = discriminator_step(lambda x, training: sign * x[:, :1], real=points, fake=points)
    assert np.isfinite(Consistency().discriminator_penalty(step)).all()


@pytest.mark.parametrize("execution", ["graph", pytest.param("xla", marks=pytest.mark.slow)])
def test_trains_with_other_augmentations(execution, train_on_images):
    gan = train_on_images("consistency", "balanced-consistency", "apa", "minibatch-stddev", execution=execution)
    assert all(np.isfinite(weights).all() for weights in gan.discriminator.get_weights())


@pytest.mark.parametrize("name", ["weight", "shift", "noise"])
def test_refuses(name):
    with pytest.raises(ValueError, match=name):
        Consistency(**{name: -1.0})
