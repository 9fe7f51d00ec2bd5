"""Sizes of images: cropped, padded and stretched, the same for 8 bits and more."""

import numpy as np
import pytest
from PIL import Image

from ganreg import read_image

COLUMNS = np.repeat(np.arange(0, 240, 10, dtype=np.uint8)[np.newaxis], 8, axis=0)
"""An image of 8x24 pixels, whose columns have different values."""


@pytest.fixture(params=[np.uint8, np.uint16])
def wide(request, tmp_path):
    Image.fromarray(COLUMNS.astype(request.param)).save(tmp_path / "a.png")
    return tmp_path / "a.png"


def test_the_central_part_is_used(wide):
    np.testing.assert_array_equal(read_image(wide, 1, size=(8, 8)).values[..., 0], COLUMNS[:, 8:16])
    np.testing.assert_array_equal(read_image(wide, 1, size=(8, 16)).values[..., 0], COLUMNS[:, 4:20])


def test_zeros_are_added_on_both_sides(wide):
    padded = read_image(wide, 1, size=(24, 24), fit="pad").values[..., 0]
    np.testing.assert_array_equal(padded[8:16], COLUMNS)
    assert not padded[:8].any()
    assert not padded[16:].any()
    scaled = read_image(wide, 1, size=(12, 12), fit="pad").values[..., 0]
    assert np.flatnonzero(scaled.any(axis=1)).tolist() == [4, 5, 6, 7]


def test_sides_are_stretched(wide):
    np.testing.assert_array_equal(
        read_image(wide, 1, size=(16, 24), fit="stretch").values[..., 0], COLUMNS.repeat(2, 0)
    )
    shrunk = read_image(wide, 1, size=(8, 8), fit="stretch").values[0, :, 0]
    np.testing.assert_allclose(shrunk[1:-1], COLUMNS[0].reshape(8, 3).mean(axis=1)[1:-1], atol=1)


def test_a_size_of_its_own(wide):
    assert read_image(wide, 1).values.shape == (8, 24, 1)


def test_padding_is_transparent_where_there_is_a_channel_for_it(tmp_path):
    Image.new("RGB", (8, 4), "red").save(tmp_path / "a.png")
    padded = read_image(tmp_path / "a.png", 4, size=(8, 8), fit="pad").values
    assert padded[0, 0].tolist() == [0, 0, 0, 0]
    assert padded[4, 4].tolist() == [255, 0, 0, 255]


def test_deep_values_stay_within_their_range(tmp_path):
    steps = np.where(np.arange(64) < 32, 100, 4000).astype(np.uint16)  # at which the filter overshoots
    Image.fromarray(np.repeat(steps[np.newaxis], 64, axis=0)).save(tmp_path / "a.png")
    made = read_image(tmp_path / "a.png", 1, size=(23, 23)).values
    assert (made.min(), made.max()) == (100, 4000)


def test_deep_images_are_resized_as_those_of_8_bits(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (40, 30, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.png")
    Image.fromarray(noise[..., 0].astype(np.uint16)).save(tmp_path / "b.png")
    for fit in ("crop", "pad", "stretch"):
        bytes_, words = (read_image(tmp_path / f"{name}.png", 3, size=(17, 9), fit=fit).values for name in "ab")
        np.testing.assert_allclose(bytes_[..., 0], words[..., 0], atol=1)


def test_a_thin_image_keeps_a_pixel(tmp_path):
    Image.new("L", (500, 1), 255).save(tmp_path / "a.png")
    assert np.count_nonzero(read_image(tmp_path / "a.png", 1, size=(4, 4), fit="pad").values) == 4
