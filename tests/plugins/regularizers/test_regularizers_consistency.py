"""Consistency, plain and balanced: the transformation, values and second-order gradients against numpy."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.balanced_consistency import BalancedConsistency
from ganreg_regularizers.consistency import Consistency
from ganreg_regularizers.transformations import RandomTransformation, squared_change

from ganreg.testing import discriminator_step


def _draws(step):
    return [drawn.numpy() for drawn in step.drawn]


@pytest.mark.parametrize(("shape", "reach"), [((8, 8, 1), 1), ((28, 28, 1), 4), ((32, 32, 3), 4)], ids=str)
def test_images_are_flipped_and_shifted(shape, reach, recording):
    images = np.float32(np.random.default_rng(0).normal(size=(40, *shape)))
    step = recording(discriminator_step(lambda x, training: x, real=images, fake=images))
    result = RandomTransformation().transformed(tf.constant(images), step)
    flips, rows, columns = _draws(step)
    moves = set()
    for index, (flip, u, v) in enumerate(zip(flips, rows, columns, strict=True)):
        image = images[index, :, ::-1] if flip < 0.5 else images[index]
        down, right = (int(number * (2 * reach + 1)) - reach for number in (u, v))
        padded = np.pad(image, [(reach, reach), (reach, reach), (0, 0)], mode="reflect")
        top, left = reach - down, reach - right
        np.testing.assert_array_equal(result[index], padded[top : top + shape[0], left : left + shape[1]])
        moves |= {down, right}
    assert moves == set(range(-reach, reach + 1))
    assert 5 < np.sum(flips < 0.5) < 35


def test_without_flip_and_shift_images_stay():
    images = tf.random.stateless_normal((4, 8, 8, 1), [0, 1])
    step = discriminator_step(lambda x, training: x, real=images, fake=images)
    np.testing.assert_array_equal(RandomTransformation(flip=False, shift=0.0).transformed(images, step), images)


def test_points_get_noise(recording):
    points = np.zeros((500, 2), np.float32)
    step = recording(discriminator_step(lambda x, training: x, real=points, fake=points))
    result = RandomTransformation(noise=0.3).transformed(tf.constant(points), step)
    np.testing.assert_allclose(result, 0.3 * _draws(step)[0], rtol=1e-6)
    assert abs(np.std(result) - 0.3) < 0.03


def test_patches_are_averaged_before_they_are_compared():
    logits = np.random.default_rng(0).normal(size=(3, 2, 2, 1))
    before = tf.constant([0.1, 0.2, 0.3], tf.float64)
    expected = (before.numpy() - logits.mean(axis=(1, 2, 3))) ** 2
    np.testing.assert_allclose(squared_change(before, tf.constant(logits)), expected, rtol=1e-12)


def _logits(network, samples, weights):
    return network.features(samples, weights) @ weights[-network.hidden :]


@pytest.mark.parametrize("balanced", [False, True], ids=["real", "balanced"])
def test_value_and_gradient_by_the_weights(balanced, network, batches, recording, finite_differences):
    real, fake = batches
    component = (
        BalancedConsistency(weight=0.5, real_weight=3.0, fake_weight=7.0) if balanced else Consistency(weight=1.5)
    )
    again = recording(discriminator_step(network, real=tf.constant(real), fake=tf.constant(fake)))
    moved = [component.transformed(tf.constant(batch), again).numpy() for batch in (real, fake)]

    def reference(weights):
        changes = [
            np.mean((_logits(network, batch, weights) - _logits(network, other, weights)) ** 2)
            for batch, other in zip((real, fake), moved, strict=True)
        ]
        return 1.5 * changes[0] + (3.5 * changes[1] if balanced else 0.0)

    with tf.GradientTape() as tape:
        step = discriminator_step(network, real=tf.constant(real), fake=tf.constant(fake))
        value = tf.reduce_mean(component.discriminator_penalty(step))
    assert reference(network.weights) > 1e-4
    np.testing.assert_allclose(value, reference(network.weights), rtol=2e-5)
    gradient = tape.gradient(value, network.variable)
    np.testing.assert_allclose(gradient, finite_differences(reference, network.weights), rtol=2e-3, atol=1e-5)


@pytest.mark.parametrize("component", [Consistency(), BalancedConsistency()], ids=["real", "balanced"])
def test_a_discriminator_that_does_not_see_the_change_costs_nothing(component):
    images = tf.random.stateless_normal((4, 8, 8, 1), [0, 1])
    step = discriminator_step(lambda x, training: tf.zeros((4, 1)), real=images, fake=images)
    np.testing.assert_array_equal(component.discriminator_penalty(step), np.zeros(4))


@pytest.mark.parametrize("sign", [-80.0, 80.0])
def test_extreme_logits_are_finite(sign):
    points = tf.ones((4, 2))
    step = discriminator_step(lambda x, training: sign * x[:, :1], real=points, fake=points)
    assert np.isfinite(BalancedConsistency().discriminator_penalty(step)).all()


@pytest.mark.parametrize("options", [{"shift": 1.0}, {"noise": -1.0}, {"weight": -1.0}], ids=str)
@pytest.mark.parametrize("component", [Consistency, BalancedConsistency])
def test_refuses(component, options):
    with pytest.raises(ValueError, match=next(iter(options))):
        component(**options)
