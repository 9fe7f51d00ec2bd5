"""PNG images, whatever is wrong with them."""

import io

import numpy as np
import pytest
from PIL import Image

from ganreg.files.images import read_png
from ganreg.files.values import DamagedFileError


@pytest.fixture
def png():
    """A whole image of 6 by 4 pixels."""
    buffer = io.BytesIO()
    Image.fromarray(np.arange(24, dtype=np.uint8).reshape(4, 6)).save(buffer, format="PNG")
    return buffer.getvalue()


def test_a_whole_image(tmp_path, png):
    (tmp_path / "x.png").write_bytes(png)

    content, image = read_png(tmp_path / "x.png", within=tmp_path)

    assert content == png
    np.testing.assert_array_equal(np.asarray(image), np.arange(24).reshape(4, 6))


def sized(png, width, height):
    return png[:16] + width.to_bytes(4, "big") + height.to_bytes(4, "big") + png[24:]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda png: png[:50], "is damaged"),
        (lambda png: b"<svg>", "is not a PNG image"),
        (lambda png: b"", "is not a PNG image"),
        (lambda png: png[:8], "is damaged"),
        (lambda png: sized(png, 60_000, 60_000), "is damaged"),
        (lambda png: sized(png, 2**31 - 1, 2**31 - 1), "is damaged"),
        (lambda png: sized(png, 0, 0), "is damaged"),
        (lambda png: png[:60] + bytes(40), "is damaged"),
    ],
)
def test_damage_is_described(tmp_path, png, change, reason):
    (tmp_path / "x.png").write_bytes(change(png))

    with pytest.raises(DamagedFileError, match=rf"x\.png {reason}"):
        read_png(tmp_path / "x.png")


def test_a_large_image_is_not_decoded(tmp_path, png):
    (tmp_path / "x.png").write_bytes(png)

    with pytest.raises(DamagedFileError, match="6 times 4 pixels are too many"):
        read_png(tmp_path / "x.png", most_pixels=23)
