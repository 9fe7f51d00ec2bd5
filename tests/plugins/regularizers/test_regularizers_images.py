"""Moving pixels against numpy loops."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.images import flipped, reflected, resampled, shifted


@pytest.fixture(scope="module")
def images():
    return np.float32(np.random.default_rng(0).normal(size=(4, 5, 7, 2)))


@pytest.mark.parametrize("reflect", [False, True])
def test_shifts_by_whole_pixels(images, reflect):
    rows, columns = [0, 2, -3, 1], [0, -4, 1, 6]
    moved = shifted(tf.constant(images), tf.constant(rows), tf.constant(columns), reflect=reflect)
    padded = np.pad(images, [(0, 0), (4, 4), (6, 6), (0, 0)], mode="reflect" if reflect else "constant")
    for index, (down, right) in enumerate(zip(rows, columns, strict=True)):
        expected = padded[index, 4 - down : 9 - down, 6 - right : 13 - right]
        np.testing.assert_array_equal(moved[index], expected)


def test_flips_those_told(images):
    result = flipped(tf.constant(images), tf.constant([True, False, True, False]))
    np.testing.assert_array_equal(result[0], images[0, :, ::-1])
    np.testing.assert_array_equal(result[1], images[1])


@pytest.mark.parametrize("size", [1, 2, 5])
def test_reflects_without_repeating_the_border(size):
    positions = reflected(tf.range(-2 * size, 3 * size), size).numpy()
    mirrored = np.pad(np.arange(size), (2 * size, 2 * size), mode="reflect") if size > 1 else np.zeros(5)
    np.testing.assert_array_equal(positions, mirrored)


def _bilinear(image, row, column):
    """Between four pixels, mirrored beyond the borders."""
    height, width = image.shape[:2]
    total = 0.0
    for r in (int(np.floor(row)), int(np.floor(row)) + 1):
        for c in (int(np.floor(column)), int(np.floor(column)) + 1):
            weight = max(0, 1 - abs(row - r)) * max(0, 1 - abs(column - c))
            total += weight * image[mirror(r, height), mirror(c, width)]
    return total


def mirror(position, size):
    period = 2 * (size - 1)
    position %= period
    return min(position, period - position)


def test_resamples_by_an_affine_map(images):
    rng = np.random.default_rng(1)
    maps = np.float32(np.eye(2, 3) + 0.4 * rng.normal(size=(4, 2, 3)))
    result = resampled(tf.constant(images), tf.constant(maps)).numpy()
    for index in range(4):
        for row in range(5):
            for column in range(7):
                x, y = np.float64(maps[index]) @ [column - 3, row - 2, 1]
                expected = _bilinear(np.float64(images[index]), y + 2, x + 3)
                np.testing.assert_allclose(result[index, row, column], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("turn", "expected"), [([[0.0, -1.0], [1.0, 0.0]], 1), ([[-1.0, 0.0], [0.0, -1.0]], 2)])
def test_whole_pixels_stay_exact(turn, expected):
    images = np.float32(np.random.default_rng(2).normal(size=(1, 6, 6, 3)))
    maps = np.concatenate([np.float32(turn), np.zeros((2, 1), np.float32)], axis=1)[None]
    np.testing.assert_array_equal(resampled(tf.constant(images), tf.constant(maps)), np.rot90(images, expected, (1, 2)))


def test_gradient_of_resampling_is_its_transpose(images):
    """<A x, y> = <x, Aᵀ y>, as resampling is linear in the image."""
    rng = np.random.default_rng(3)
    maps = tf.constant(np.float32(np.eye(2, 3) + 0.3 * rng.normal(size=(4, 2, 3))))
    x, y = tf.constant(images), tf.constant(np.float32(rng.normal(size=images.shape)))
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(resampled(x, maps) * y)
    np.testing.assert_allclose(tf.reduce_sum(x * tape.gradient(total, x)), total, rtol=1e-4)
