"""What each augmentation of ADA does to images."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.ada_pipeline import _by_geometry, _by_pixels, _Draws, _Sources, moved, recoloured

from ganreg.testing import discriminator_step


def _step(images):
    return discriminator_step(lambda x, training: x[:, 0, 0], real=images, fake=images)


def test_pixel_moves_keep_each_value():
    """Flips, quarter turns and whole shifts, mirrored: every value stays one of its image's own."""
    images = tf.constant(np.arange(40 * 64, dtype=np.float32).reshape(40, 8, 8, 1))
    result = moved(images, _step(images), 1.0, pixels=True, geometry=False).numpy()
    for image, before in zip(result, images.numpy(), strict=True):
        assert set(image.ravel()) <= set(before.ravel())
    # All eight orientations occur: what two neighbours differ by tells which.
    steps = {tuple(np.float64([image[4, 4, 0] - image[4, 3, 0], image[4, 4, 0] - image[3, 4, 0]])) for image in result}
    assert {(a, b) for a, b in steps if abs(a) != abs(b)} >= {(1, 8), (-1, 8), (8, 1), (-8, -1)}


def test_probability_is_each_images_own():
    images = tf.constant(np.float32(np.random.default_rng(1).normal(size=(400, 4, 4, 1))))
    result = recoloured(images, _step(images), 0.3)
    changed = np.any(result != images, axis=(1, 2, 3)).mean()
    assert abs(changed - (1 - 0.7**2 * 0.85)) < 0.08  # brightness, contrast, or an inversion, which keeps half


@pytest.mark.parametrize("moves", [_by_pixels, _by_geometry])
def test_shifts_along_both_axes_are_one_decision(moves):
    """With probability p both axes are shifted, and otherwise neither, as in the authors' code."""
    sources = moves(_Sources(), _Draws(_step(tf.zeros((600, 4, 4, 1))), 600), 0.5, 8000, 8000)
    along_x, along_y = (np.abs(amount.numpy()) > 1e-6 for amount in (sources.right, sources.down))
    assert np.mean(along_x != along_y) < 0.01  # a shift is rarely 0 by itself
    assert abs(along_x.mean() - 0.5) < 0.08


def test_grey_images_change_by_an_affine_map_of_values():
    images = np.float32(np.random.default_rng(1).normal(size=(50, 4, 4, 1)))
    result = recoloured(tf.constant(images), _step(images), 1.0).numpy()
    slopes = []
    for image, before in zip(result, images, strict=True):
        slope, offset = np.polyfit(before.ravel(), image.ravel(), 1)
        slopes.append(slope)
        np.testing.assert_allclose(image, slope * before + offset, atol=1e-4)
    assert 0.2 < np.mean(np.array(slopes) < 0) < 0.8  # inverted with probability ½


def test_colour_keeps_angles():
    """The diagonal goes to itself, up to sign and scale; what is across it is turned, and stretched by one factor."""
    images = np.float32(np.random.default_rng(1).normal(size=(30, 4, 4, 3)))
    result = recoloured(tf.constant(images), _step(images), 1.0).numpy().astype(np.float64)
    signs = set()
    for image, before in zip(result, images.astype(np.float64), strict=True):
        flat = np.concatenate([before.reshape(-1, 3), np.ones((16, 1))], axis=1)
        matrix = np.linalg.lstsq(flat, image.reshape(-1, 3), rcond=None)[0][:3].T
        diagonal = np.ones(3) / np.sqrt(3)
        along = diagonal @ matrix @ diagonal
        signs.add(np.sign(along))
        np.testing.assert_allclose(matrix @ diagonal, along * diagonal, atol=1e-3)
        across = matrix - along * np.outer(diagonal, diagonal)
        gram = across.T @ across
        factor = np.trace(gram) / 2
        np.testing.assert_allclose(gram, factor * (np.eye(3) - np.outer(diagonal, diagonal)), atol=2e-3 * factor)
    assert signs == {-1.0, 1.0}
