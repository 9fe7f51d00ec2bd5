"""Image files: read upright, on white, with the channels and the range of a network, and written again."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from ganreg import DataError, DataSpec, RunError
from ganreg.data.image_files import is_image_file, read_sample, refuse_other_samples, write_image

COLOUR = DataSpec((8, 8, 3), value_range=(-1, 1))
GREY = DataSpec((8, 8, 1), value_range=(0, 255))
"""In this range, grey values are those of the file."""
PIXELS = np.random.default_rng(0).integers(0, 256, (3, 5, 3), np.uint8)

UPRIGHT = {
    1: lambda stored: stored,
    2: np.fliplr,
    3: lambda stored: np.rot90(stored, 2),
    4: np.flipud,
    5: lambda stored: np.swapaxes(stored, 0, 1),
    6: lambda stored: np.rot90(stored, -1),
    7: lambda stored: np.rot90(np.swapaxes(stored, 0, 1), 2),
    8: lambda stored: np.rot90(stored, 1),
}
"""How the stored pixels are turned upright, by the orientation of the EXIF standard (CIPA DC-008, tag 274)."""


def saved(folder, pixels, name="image.png", **options):
    path = folder / name
    Image.fromarray(pixels).save(path, **options)
    return path


def test_bytes_become_numbers_in_the_range_of_the_samples(tmp_path):
    path = saved(tmp_path, PIXELS)

    np.testing.assert_allclose(read_sample(path, COLOUR), PIXELS / 127.5 - 1, atol=1e-6)
    from_zero = read_sample(path, DataSpec((8, 8, 3), value_range=(0, 1)))
    np.testing.assert_allclose(from_zero, PIXELS / 255, atol=1e-6)
    assert from_zero.dtype == np.float32


@pytest.mark.parametrize("orientation", UPRIGHT)
def test_photographs_are_turned_upright(tmp_path, orientation):
    exif = Image.Exif()
    exif[274] = orientation
    path = saved(tmp_path, PIXELS, exif=exif)

    np.testing.assert_allclose(read_sample(path, COLOUR), UPRIGHT[orientation](PIXELS) / 127.5 - 1, atol=1e-6)


def test_transparent_parts_become_white(tmp_path):
    alpha = np.array([[[0], [51], [102], [204], [255]]] * 3, np.uint8)
    path = saved(tmp_path, np.concatenate([PIXELS, alpha], axis=-1))

    expected = PIXELS * (alpha / 255) + 255 * (1 - alpha / 255)
    np.testing.assert_allclose((read_sample(path, COLOUR) + 1) * 127.5, expected, atol=1)


def test_transparency_is_kept_where_the_samples_have_a_channel_for_it(tmp_path):
    pixels = np.random.default_rng(1).integers(0, 256, (3, 5, 4), np.uint8)

    read = read_sample(saved(tmp_path, pixels), DataSpec((8, 8, 4), value_range=(0, 255)))
    np.testing.assert_allclose(read, pixels)


def test_colours_become_grey_by_their_luminance_and_grey_becomes_colour(tmp_path):
    grey = read_sample(saved(tmp_path, PIXELS), GREY)
    np.testing.assert_allclose(grey[..., 0], PIXELS @ [0.299, 0.587, 0.114], atol=1)

    colour = read_sample(saved(tmp_path, PIXELS[..., 0]), COLOUR)
    np.testing.assert_allclose(colour, np.stack([PIXELS[..., 0]] * 3, axis=-1) / 127.5 - 1, atol=1e-6)


def test_sixteen_bits_are_scaled_and_not_clipped(tmp_path):
    values = np.array([[0, 255, 256, 40000, 65535]], np.uint16)

    read = read_sample(saved(tmp_path, values), GREY)
    np.testing.assert_allclose(read[0, :, 0], values[0] / 257)


def test_values_of_a_deeper_range_are_those_of_the_file(tmp_path):
    values = np.array([[0, 100, 4095, 5000]], np.uint16)
    data = DataSpec((8, 8, 1), value_range=(0, 4095))

    np.testing.assert_allclose(read_sample(saved(tmp_path, values), data)[0, :, 0], [0, 100, 4095, 4095])
    of_bytes = read_sample(saved(tmp_path, np.array([[0, 51, 255]], np.uint8)), data)
    np.testing.assert_allclose(of_bytes[0, :, 0], [0, 819, 4095])


def test_floats_are_in_the_range_already(tmp_path):
    values = np.array([[-1, 0.25, 1]], np.float32)

    np.testing.assert_allclose(read_sample(saved(tmp_path, values, "a.tiff"), COLOUR)[0, :, 0], values[0])


def test_palettes_and_first_frames(tmp_path):
    first, second = np.full((2, 3), 7, np.uint8), np.full((2, 3), 200, np.uint8)
    path = saved(tmp_path, first, "moving.gif", save_all=True, append_images=[Image.fromarray(second)])

    np.testing.assert_allclose(read_sample(path, GREY)[..., 0], first)


@settings(deadline=None, max_examples=25)
@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4))),
    st.tuples(st.integers(-9, 9), st.integers(1, 9)),
)
def test_what_is_written_is_read_again(pixels, limits):
    least, width = limits
    data = DataSpec(pixels.shape, value_range=(least, least + width))
    image = np.float32(pixels / 255 * width + least)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "image.png"
        write_image(path, image, data)
        with Image.open(path) as stored:
            assert stored.format == "PNG"
            np.testing.assert_array_equal(np.asarray(stored).reshape(pixels.shape), pixels)
        np.testing.assert_allclose(read_sample(path, data), image, atol=1e-5)


def test_values_out_of_range_are_clipped(tmp_path):
    write_image(tmp_path / "a.png", np.float32([[[-3.0], [0.0], [3.0]]]), DataSpec((1, 3, 1), value_range=(-1, 1)))

    with Image.open(tmp_path / "a.png") as image:
        assert np.asarray(image).tolist() == [[0, 128, 255]]


def test_a_failed_write_names_the_file(tmp_path):
    with pytest.raises(RunError, match=r"cannot write .*gone/a\.png"):
        write_image(tmp_path / "gone" / "a.png", np.zeros((2, 2, 3)), COLOUR)


# --- what is refused


def broken_files(folder):
    whole = saved(folder, np.zeros((64, 64, 3), np.uint8), "whole.png").read_bytes()
    (folder / "text.png").write_text("no image")
    (folder / "empty.jpg").touch()
    (folder / "cut.png").write_bytes(whole[: len(whole) // 2])
    saved(folder, np.array([[0, 300]], np.float32), "numbers.tiff")
    (folder / "folder.png").mkdir()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gone.png", "does not exist"),
        ("text.png", "is broken, or not an image that Pillow can open"),
        ("empty.jpg", "is broken, or not an image that Pillow can open"),
        ("cut.png", "cannot be read: "),
        ("numbers.tiff", "has values from 0 to 300, but the range of the samples is -1 to 1"),
        ("folder.png", "cannot be read: Is a directory"),
    ],
)
def test_files_that_are_not_images_or_broken_are_named(tmp_path, name, message):
    broken_files(tmp_path)

    with pytest.raises(DataError, match=f"{tmp_path / name} {message}"):
        read_sample(tmp_path / name, COLOUR)
    assert is_image_file(tmp_path / name) == (name in ("cut.png", "numbers.tiff"))


def test_images_beyond_pillows_limit_are_refused(tmp_path, monkeypatch):
    path = saved(tmp_path, PIXELS)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 14)

    with pytest.raises(DataError, match=f"{path} has more than 14 pixels, Pillow's limit; reduce its size"):
        read_sample(path, COLOUR)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (DataSpec((2,), value_range=(-1, 1)), r"samples have the shape \(2,\), so they are not images"),
        (DataSpec((8, 8, 5), value_range=(-1, 1)), r"samples have the shape \(8, 8, 5\), so"),
        (DataSpec((8, 8, 3)), "samples have no value range, so black and white are not known; use .npy files"),
    ],
    ids=str,
)
def test_other_samples_are_neither_read_nor_written(tmp_path, data, message):
    path = saved(tmp_path, PIXELS)

    with pytest.raises(DataError, match=message):
        read_sample(path, data)
    with pytest.raises(DataError, match=message):
        write_image(tmp_path / "out.png", np.zeros(data.shape), data)
    with pytest.raises(DataError, match=message.replace("samples", "sources")):
        refuse_other_samples(data, "the sources")
    assert not (tmp_path / "out.png").exists()
