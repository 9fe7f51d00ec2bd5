"""Figures of matplotlib that notebooks show without pyplot, and pictures as PNG."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from ganreg.display.fragments import Picture, Whole

if TYPE_CHECKING:
    from PIL.Image import Image

    from ganreg.data.arrays import Array

_DPI = 100
_SIDE = 320
"""The longest side of a picture in pixels."""


class ShownFigure(Figure):
    """A figure that a notebook shows when it is the value of a cell, once, and that pyplot does not keep open."""

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png")
        return buffer.getvalue()


def new_figure(width: float = 6.0, height: float = 5.0, **options: Any) -> ShownFigure:
    """Makes an empty figure of a size in inches."""
    return ShownFigure(figsize=(width, height), dpi=_DPI, **options)


def figure_of_pixels(pixels: Array) -> ShownFigure:
    """Makes a figure that shows an image pixel by pixel, without axes.

    Args:
        pixels: uint8 `[height, width, 3]`.
    """
    height, width = pixels.shape[:2]
    figure = new_figure(width / _DPI, height / _DPI)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.imshow(pixels, interpolation="none")
    axes.set_axis_off()
    return figure


def picture_of_pixels(pixels: Array, caption: str, side: int = _SIDE) -> Picture:
    """Makes a picture of an image, scaled down if it is larger than wanted.

    Args:
        pixels: uint8 `[height, width, 3]`.
        caption: what it shows.
        side: the longest side in pixels.
    """
    from PIL import Image

    return picture_of_image(Image.fromarray(pixels), caption, side)


def picture_of_image(image: Image, caption: str, side: int = _SIDE) -> Picture:
    """Makes a picture of an image of Pillow; see `picture_of_pixels`."""
    if max(image.size) > 4 * side:
        image = image.reduce(max(image.size) // (2 * side))  # quickly to about twice the size
    image = image.convert("RGB")
    image.thumbnail((side, side))
    buffer = io.BytesIO()
    image.save(buffer, format="PNG")
    return Picture(_uri(buffer.getvalue()), image.width, image.height, caption)


def picture_of_figure(figure: Figure, caption: str, dpi: int = 64) -> Picture:
    """Makes a picture of a figure."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi)
    width, height = (round(inches * dpi) for inches in figure.get_size_inches())
    return Picture(_uri(buffer.getvalue()), width, height, caption)


def _uri(png: bytes) -> Whole:
    return Whole(f"data:image/png;base64,{base64.b64encode(png).decode()}")
