"""What `ganreg.data.pictures` relies on in Pillow beyond its documentation."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image


def png_of_16_bits(values):
    height, width, channels = values.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 16, {2: 4, 3: 2, 4: 6}[channels], 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize(
    ("channels", "raw", "other", "part"),
    [(2, "LA;16B", "RGBA", slice(None)), (3, "RGB;16B", "RGB;16L", 1), (4, "RGBA;16B", "RGBA;16L", 1)],
)
def test_the_tile_of_a_png_of_16_bits_says_how_it_is_unpacked_and_can_be_replaced(tmp_path, channels, raw, other, part):
    """Otherwise `_words` finds no second byte, and colours of 16 bits are cut down to 8."""
    values = np.random.default_rng(0).integers(0, 2**16, (3, 5, channels), np.uint16)
    (tmp_path / "a.png").write_bytes(png_of_16_bits(values))
    with Image.open(tmp_path / "a.png") as image:
        assert image.tile[0][3] == raw
        image.tile = [(*image.tile[0][:3], other)]
        pixels = np.asarray(image)
    expected = values.astype(">u2").view(np.uint8).reshape(3, 5, channels, 2)[..., part]
    np.testing.assert_array_equal(pixels, expected.reshape(pixels.shape))


def test_pillow_cuts_colours_of_16_bits_down_to_8(tmp_path):
    """If it no longer does, `_words` is not needed."""
    (tmp_path / "a.png").write_bytes(png_of_16_bits(np.full((2, 2, 3), 4095, np.uint16)))
    with Image.open(tmp_path / "a.png") as image:
        assert np.asarray(image).max() == 15
