"""Pixels of image files of every mode and depth, against values worked out with numpy."""

import struct
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image

from ganreg import DataError, image_suffixes, read_image
from ganreg.data.pictures import is_deep

STREAM = np.random.default_rng(0)
BYTES = STREAM.integers(0, 256, (3, 5, 4), np.uint8)
WORDS = STREAM.integers(0, 2**16, (3, 5, 4), np.uint16)
LUMINANCE = np.array([0.299, 0.587, 0.114])
KINDS = {1: 0, 2: 4, 3: 2, 4: 6}
"""The number of a kind of pixels in PNG, by number of channels (RFC 2083, section 4.1.1)."""


def deep_png(path, values):
    """Writes a PNG file of 16 bits with any number of channels, which Pillow cannot."""
    height, width, channels = values.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 16, KINDS[channels], 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + parts)
    return path


def saved(path, pixels, mode=None, **options):
    image = Image.fromarray(pixels)
    (image if mode is None else image.convert(mode)).save(path, **options)
    return path


def on_white(values, white):
    share = values[..., -1:] / white
    return values[..., :-1] * share + white * (1 - share)


class TestBytes:
    @pytest.mark.parametrize("suffix", [".png", ".bmp", ".tga", ".tiff", ".ppm", ".webp", ".ico", ".gif", ".qoi"])
    def test_every_format_is_read(self, tmp_path, suffix):
        pixels = np.full((16, 16, 3), (200, 100, 50), np.uint8)
        read = read_image(saved(tmp_path / f"a{suffix}", pixels), 3)
        assert (read.values.dtype, read.white, read.values.shape) == (np.uint8, 255, (16, 16, 3))
        np.testing.assert_allclose(read.values, pixels, atol=4)
        assert suffix in image_suffixes()

    @pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "F"])
    @pytest.mark.parametrize("channels", [1, 2, 3, 4])
    def test_every_mode_becomes_every_number_of_channels(self, tmp_path, mode, channels):
        suffix = {"YCbCr": ".jpg", "LAB": ".tiff", "CMYK": ".tiff", "F": ".tiff"}.get(mode, ".png")
        path = tmp_path / f"a{suffix}"
        Image.new("RGB", (4, 3), "white").convert(mode).save(path)
        if mode == "F" and channels in (2, 4):
            with pytest.raises(DataError, match="has 1 band, but"):
                read_image(path, channels)
            return
        read = read_image(path, channels)
        np.testing.assert_allclose(read.values / (read.white or 255), 1, atol=0.01)

    def test_transparency_is_kept_or_becomes_white(self, tmp_path):
        path = saved(tmp_path / "a.png", BYTES)
        np.testing.assert_array_equal(read_image(path, 4).values, BYTES)
        np.testing.assert_allclose(read_image(path, 3).values, on_white(BYTES.astype(float), 255), atol=1)
        np.testing.assert_allclose(
            read_image(path, 1).values[..., 0], on_white(BYTES.astype(float), 255) @ LUMINANCE, atol=2
        )
        np.testing.assert_array_equal(read_image(path, 2).values[..., 1], BYTES[..., 3])

    def test_a_transparent_colour_of_a_palette(self, tmp_path):
        image = Image.new("P", (2, 1))
        image.putpalette([255, 0, 0, 0, 0, 255])
        image.putpixel((1, 0), 1)
        image.save(tmp_path / "a.png", transparency=1)
        assert read_image(tmp_path / "a.png", 4).values[0].tolist() == [[255, 0, 0, 255], [0, 0, 255, 0]]
        assert read_image(tmp_path / "a.png", 3).values[0].tolist() == [[255, 0, 0], [255, 255, 255]]

    def test_the_first_frame_of_an_animation(self, tmp_path):
        for suffix in (".gif", ".webp", ".png", ".tiff"):
            second = Image.fromarray(np.full((4, 4), 200, np.uint8))
            saved(tmp_path / f"a{suffix}", np.full((4, 4), 7, np.uint8), save_all=True, append_images=[second])
            np.testing.assert_allclose(read_image(tmp_path / f"a{suffix}", 1).values, 7, atol=2)


class TestDeep:
    @pytest.mark.parametrize("suffix", [".png", ".tiff", ".pgm"])
    def test_grey_keeps_its_values(self, tmp_path, suffix):
        path = saved(tmp_path / f"a{suffix}", WORDS[..., 0])
        read = read_image(path, 1)
        assert (read.values.dtype, read.white) == (np.float32, 65535)
        np.testing.assert_array_equal(read.values[..., 0], WORDS[..., 0])
        np.testing.assert_array_equal(read_image(path, 3).values, WORDS[..., :1].repeat(3, axis=-1))
        assert is_deep(path)

    @pytest.mark.parametrize("channels", [1, 2, 3, 4])
    @pytest.mark.parametrize("kind", ["png", "tiff"])
    def test_colour_and_transparency_keep_their_values(self, tmp_path, channels, kind):
        path = tmp_path / f"a.{kind}"
        if kind == "png":
            deep_png(path, WORDS[..., :channels])
        else:
            tifffile.imwrite(
                path,
                WORDS[..., :channels],
                photometric="rgb" if channels > 2 else "minisblack",
                planarconfig="contig" if channels > 1 else None,
            )
        np.testing.assert_array_equal(read_image(path, channels).values, WORDS[..., :channels])
        assert is_deep(path)

    def test_transparent_parts_become_white(self, tmp_path):
        values = WORDS.astype(float)
        read = read_image(deep_png(tmp_path / "a.png", WORDS), 3)
        np.testing.assert_allclose(read.values, on_white(values, 65535), rtol=1e-5)
        grey = read_image(deep_png(tmp_path / "b.png", WORDS[..., :2]), 1)
        np.testing.assert_allclose(grey.values, on_white(values[..., :2], 65535), rtol=1e-5)

    def test_colour_becomes_grey_by_its_luminance(self, tmp_path):
        read = read_image(deep_png(tmp_path / "a.png", WORDS[..., :3]), 1)
        np.testing.assert_allclose(read.values[..., 0], WORDS[..., :3] @ LUMINANCE, rtol=1e-5)

    def test_floats_and_32_bits_are_read_as_they_are(self, tmp_path):
        floats = STREAM.normal(size=(3, 5)).astype(np.float32)
        for name, values in (("a.tiff", floats), ("b.tiff", (floats * 1e6).astype(np.int32))):
            read = read_image(saved(tmp_path / name, values), 1)
            assert read.white is None
            np.testing.assert_allclose(read.values[..., 0], values, rtol=1e-6)

    def test_floats_that_are_not_finite_are_refused(self, tmp_path):
        path = saved(tmp_path / "a.tiff", np.full((2, 2), np.nan, np.float32))
        with pytest.raises(DataError, match=f"{path} has pixels that are NaN or infinite"):
            read_image(path, 1)

    def test_files_of_8_bits_are_not_deep(self, tmp_path):
        for suffix in (".png", ".jpg", ".gif", ".tiff", ".webp", ".bmp"):
            assert not is_deep(saved(tmp_path / f"a{suffix}", BYTES[..., 0]))
        tifffile.imwrite(
            tmp_path / "bands.tiff", np.zeros((4, 4, 9), np.uint8), photometric="minisblack", planarconfig="contig"
        )
        assert not is_deep(tmp_path / "bands.tiff")
        assert not is_deep(tmp_path / "gone.png")


class TestBands:
    @pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
    @pytest.mark.parametrize("layout", ["contig", "separate", "pages"])
    @pytest.mark.parametrize("bands", [5, 13])
    def test_tiff_of_many_bands(self, tmp_path, dtype, layout, bands):
        values = (STREAM.random((6, 7, bands)) * 200).astype(dtype)
        first = np.moveaxis(values, -1, 0)
        if layout == "pages":
            tifffile.imwrite(tmp_path / "a.tif", first, photometric="minisblack")
        else:
            stored = values if layout == "contig" else first
            tifffile.imwrite(tmp_path / "a.tif", stored, photometric="minisblack", planarconfig=layout)
        read = read_image(tmp_path / "a.tif", bands)
        np.testing.assert_array_equal(read.values, values)
        assert read.white == {np.uint8: 255, np.uint16: 65535, np.float32: None}[dtype]
        assert read.values.dtype == (np.uint8 if dtype == np.uint8 else np.float32)

    def test_four_bands_without_transparency_are_read_as_they_are(self, tmp_path):
        tifffile.imwrite(tmp_path / "a.tif", BYTES, photometric="rgb", extrasamples=["unspecified"])
        np.testing.assert_array_equal(read_image(tmp_path / "a.tif", 4).values, BYTES)
        with pytest.raises(DataError, match=r"a\.tif has 4 bands, but 3 are wanted; use channels=4"):
            read_image(tmp_path / "a.tif", 3)

    def test_other_numbers_of_bands_are_named(self, tmp_path):
        tifffile.imwrite(
            tmp_path / "a.tif", np.zeros((4, 4, 13), np.uint8), photometric="minisblack", planarconfig="contig"
        )
        with pytest.raises(DataError, match=f"^{tmp_path}/a.tif has 13 bands, but 3 are wanted; use channels=13"):
            read_image(tmp_path / "a.tif", 3)
        saved(tmp_path / "b.png", BYTES[..., :3])
        with pytest.raises(DataError, match=f"^{tmp_path}/b.png has 3 bands, but 13 are wanted; use channels=3"):
            read_image(tmp_path / "b.png", 13)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["bytes", "words", "bands"])
def test_images_are_turned_upright(tmp_path, orientation, kind):
    turn = {
        1: lambda a: a,
        2: np.fliplr,
        3: lambda a: np.rot90(a, 2),
        4: np.flipud,
        5: lambda a: a.swapaxes(0, 1),
        6: lambda a: np.rot90(a, -1),
        7: lambda a: np.rot90(a.swapaxes(0, 1), 2),
        8: lambda a: np.rot90(a, 1),
    }[orientation]
    exif = Image.Exif()
    exif[274] = orientation
    if kind == "bytes":
        path, values = saved(tmp_path / "a.png", BYTES[..., :3], exif=exif), BYTES[..., :3]
    elif kind == "words":
        path, values = saved(tmp_path / "a.png", WORDS[..., 0], exif=exif), WORDS[..., :1]
    else:
        path, values = tmp_path / "a.tif", WORDS[..., :3]
        tifffile.imwrite(path, values, photometric="rgb", extratags=[(274, "H", 1, orientation, True)])
    np.testing.assert_array_equal(read_image(path, values.shape[-1]).values, turn(values))


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif"])
@pytest.mark.parametrize("content", [b"", b"<html>", b"\x89PNG\r\n\x1a\n", b"II*\0\x08\0\0\0"])
def test_broken_files_are_named(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=f"^{tmp_path}/{name} "):
        read_image(tmp_path / name, 3)
    is_deep(tmp_path / name)  # does not fail


def test_suffixes_are_those_of_images():
    assert {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".gif", ".bmp"} < image_suffixes()
    assert not {".pdf", ".h5", ".eps", ".mpg", ".txt"} & image_suffixes()
