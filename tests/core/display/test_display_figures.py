"""Figures that notebooks show, and small pictures."""

from __future__ import annotations

import base64
import io

import numpy as np
from matplotlib.image import imread
from PIL import Image

from ganreg.display.figures import figure_of_pixels, new_figure, picture_of_figure, picture_of_image, picture_of_pixels


def decoded(picture):
    return np.round(imread(io.BytesIO(base64.b64decode(picture.uri.partition(",")[2])))[..., :3] * 255).astype(int)


def test_a_figure_of_an_image_has_its_pixels():
    pixels = np.random.default_rng(0).integers(0, 256, (30, 50, 3), dtype=np.uint8)

    shown = np.round(imread(io.BytesIO(figure_of_pixels(pixels)._repr_png_()))[..., :3] * 255)

    np.testing.assert_array_equal(shown, pixels)


def test_pyplot_does_not_keep_figures_open():
    import matplotlib.pyplot as plt

    new_figure()

    assert plt.get_fignums() == []


def test_small_pictures_keep_their_pixels_and_large_ones_are_scaled_down():
    pixels = np.random.default_rng(0).integers(0, 256, (30, 50, 3), dtype=np.uint8)
    small = picture_of_pixels(pixels, "small")
    np.testing.assert_array_equal(decoded(small), pixels)

    large = picture_of_image(Image.fromarray(np.full((2000, 1000, 3), 7, np.uint8)), "large", side=100)

    assert (large.width, large.height, large.caption) == (50, 100, "large")
    assert (decoded(large) == 7).all()


def test_a_picture_of_a_figure_has_its_size():
    picture = picture_of_figure(new_figure(2, 1), "plot", dpi=50)

    assert (picture.width, picture.height) == (100, 50)
    assert decoded(picture).shape == (50, 100, 3)
