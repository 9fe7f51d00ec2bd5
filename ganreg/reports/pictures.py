"""Pictures as data URIs, bounded in number and in size."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from ganreg.reports.reading import spaced

if TYPE_CHECKING:
    from PIL.Image import Image

_PNG = b"\x89PNG\r\n\x1a\n"
_MOST_PIXELS = 4096 * 4096
"""A picture of more is no picture of samples, and costs more memory than it is worth."""


@attrs.frozen
class Picture:
    """A picture of samples.

    Attributes:
        iteration: after which it was drawn.
        uri: the PNG itself, as a `data:` URI.
        width: in pixels.
        height: in pixels.
    """

    iteration: int
    uri: str
    width: int
    height: int


def pictures(folder: Path, *, limit: int, total_bytes: int) -> list[Picture]:
    """The pictures of a run in the order of their iterations.

    Args:
        folder: holds `NNNNNNNN.png`.
        limit: how many at most, evenly spaced, the first and the last among them.
        total_bytes: about how much they may hold all together; they are made smaller to fit, and fewer.
    """
    found = sorted((int(path.stem), path) for path in folder.glob("*.png") if path.stem.isdecimal())
    chosen = [found[place] for place in spaced(len(found), limit)]
    share = total_bytes // max(len(chosen), 1)
    made = (_picture(iteration, path, share) for iteration, path in chosen)
    return [picture for picture in made if picture is not None]


def last_picture(folder: Path, *, total_bytes: int) -> Picture | None:
    """The newest picture of a run that can be read, if there is one."""
    found = sorted((int(path.stem), path) for path in folder.glob("*.png") if path.stem.isdecimal())
    return next((made for number, path in reversed(found) if (made := _picture(number, path, total_bytes))), None)


def _picture(iteration: int, path: Path, most_bytes: int) -> Picture | None:
    """The picture in a file, smaller where it holds too much; `None` for a file that is no whole PNG."""
    import PIL.Image

    try:
        content = path.read_bytes()
        if not content.startswith(_PNG):
            return None
        with PIL.Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            if image.width * image.height > _MOST_PIXELS:
                return None
            image.load()
            width, height = image.width, image.height
            while len(content) > most_bytes and min(width, height) > 64:
                width, height = width * 3 // 4, height * 3 // 4
                content = _encoded(image.convert("RGB").resize((width, height)))
    except (OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError):
        return None
    return Picture(iteration, f"data:image/png;base64,{base64.b64encode(content).decode()}", width, height)


def _encoded(image: Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()
