"""The random augmentation of the consistency regularizers, image by image."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.transformations import RandomTransformation, squared_change

from ganreg import Output
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
    before, after = np.random.default_rng(0).normal(size=(2, 3, 2, 2, 1))
    expected = (before.mean(axis=(1, 2, 3)) - after.mean(axis=(1, 2, 3))) ** 2
    outputs = (Output.of(tf.constant(logits)) for logits in (before, after))
    np.testing.assert_allclose(squared_change(*outputs), expected, rtol=1e-5)


@pytest.mark.parametrize("options", [{"shift": 1.0}, {"shift": -0.1}, {"noise": -1.0}], ids=str)
def test_refuses(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        RandomTransformation(**options)
