"""Reads PNG images, whatever is wrong with them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from ganreg.files.opening import read_bytes
from ganreg.files.values import DamagedFileError

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 4096 * 4096
"""The default limit on the size of an image; decoding larger ones takes too much memory."""

_PNG = b"\x89PNG\r\n\x1a\n"
_MOST_BYTES = 64 * 2**20


def read_png(path: Path, *, within: Path | None = None, most_pixels: int = MOST_PIXELS) -> tuple[bytes, Image]:
    """Reads a PNG image and decodes it completely.

    Args:
        path: the file.
        within: the folder that the file may not be outside of, through links. Defaults to no limit.
        most_pixels: the largest number of pixels.

    Returns:
        The bytes of the file and the image.

    Raises:
        DamagedFileError: it is not a complete PNG image, or too large.
        UnreadableError: it cannot be opened.
    """
    import PIL.Image

    content = read_bytes(path, within=within, most=_MOST_BYTES)
    if not content.startswith(_PNG):
        raise DamagedFileError(path, "is not a PNG image")
    try:
        image = PIL.Image.open(io.BytesIO(content), formats=["PNG"])
        if image.width * image.height > most_pixels:
            raise ValueError(f"{image.width} times {image.height} pixels are too many")
        image.load()
    except Exception as error:
        raise DamagedFileError(path, f"is damaged: {' '.join(str(error).split())[:200]}") from error
    return content, image
