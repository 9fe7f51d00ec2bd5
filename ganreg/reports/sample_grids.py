"""Sample grids as data URIs, bounded in number and in size."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from ganreg.files.images import read_png
from ganreg.files.layout import PNG_DESCRIPTION
from ganreg.files.opening import UnreadableError
from ganreg.reports.reading import spaced

if TYPE_CHECKING:
    from PIL.Image import Image

_LONGEST = 500
"""Descriptions are cut after this many characters."""


@attrs.frozen
class SampleGrid:
    """A sample grid of a run.

    Attributes:
        iteration: the iteration after which it was drawn.
        uri: the PNG as a `data:` URI.
        width: in pixels.
        height: in pixels.
        description: what is shown next to each other, from left to right; or which channels of the
            samples; empty for an ordinary grid of samples.
    """

    iteration: int
    uri: str
    width: int
    height: int
    description: str = ""


def sample_grids(folder: Path, *, limit: int, total_bytes: int) -> list[SampleGrid]:
    """Returns the sample grids of a run in the order of their iterations.

    Args:
        folder: holds `NNNNNNNN.png`.
        limit: the largest number of grids; they are evenly spaced and include the first and the last.
        total_bytes: the approximate total size, to which the grids are scaled down.
    """
    found = sorted((int(path.stem), path) for path in folder.glob("*.png") if path.stem.isdecimal())
    chosen = [found[place] for place in spaced(len(found), limit)]
    share = total_bytes // max(len(chosen), 1)
    made = (_grid(iteration, path, share) for iteration, path in chosen)
    return [grid for grid in made if grid is not None]


def last_sample_grid(folder: Path, *, total_bytes: int) -> SampleGrid | None:
    """Returns the newest readable sample grid of a run, or `None` if there is none."""
    found = sorted((int(path.stem), path) for path in folder.glob("*.png") if path.stem.isdecimal())
    return next((made for number, path in reversed(found) if (made := _grid(number, path, total_bytes))), None)


def _grid(iteration: int, path: Path, most_bytes: int) -> SampleGrid | None:
    """Reads a file, scaled down if it is too large; returns `None` for a file that is not a complete PNG."""
    try:
        content, image = read_png(path, within=path.parent)
    except UnreadableError:
        return None
    width, height = image.width, image.height
    description = str(image.info.get(PNG_DESCRIPTION, ""))[:_LONGEST]
    while len(content) > most_bytes and min(width, height) > 64:
        width, height = width * 3 // 4, height * 3 // 4
        content = _encoded(image.convert("RGB").resize((width, height)))
    uri = f"data:image/png;base64,{base64.b64encode(content).decode()}"
    return SampleGrid(iteration, uri, width, height, description)


def _encoded(image: Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()
