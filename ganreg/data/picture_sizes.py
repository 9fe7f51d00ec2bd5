"""Reading image files at a given size: cropped, padded or stretched."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import attrs
import numpy as np
import numpy.typing as npt
from PIL import Image

from ganreg.data.pictures import BYTE, MODES, Pixels, decode, naming

Array = npt.NDArray[Any]

Fit = Literal["crop", "pad", "stretch"]
"""How an image is brought to another ratio of its sides."""


@attrs.frozen
class _Placement:
    """The part of an image that is used, as `(left, top, right, bottom)`, and where it goes."""

    box: tuple[float, float, float, float]
    size: tuple[int, int]
    corner: tuple[int, int] = (0, 0)


def read_image(path: Path, channels: int = 3, *, size: tuple[int, int] | None = None, fit: Fit = "crop") -> Pixels:
    """Reads an image file: upright, with a number of channels and, if wanted, in a given size.

    Everything that Pillow opens is read, of an animation the first frame; from TIFF files, any number of bands. Images
    of 16 bits and floats keep their values. Transparent parts become white unless there is a channel for transparency.

    Args:
        path: the file.
        channels: 1 for grey, 2 for grey with transparency, 3 for colour, 4 for colour with transparency; or the number
            of bands of a TIFF file, which are then read as they are. Defaults to 3.
        size: height and width. Defaults to the image's own.
        fit: what is done if the sides have another ratio: `"crop"` (the default) uses the central part, `"pad"` adds
            zeros (black, or transparent with 2 or 4 channels) on two sides, `"stretch"` changes the ratio.

    Returns:
        The pixels, `[height, width, channels]`, and the value of white.

    Raises:
        DataError: there is no such image, it is broken, it does not have so many channels, or it has more pixels than
            Pillow allows. The message names the file.
    """
    with pillow_warnings_hidden():
        return read_at_size(path, channels, size, fit)


@contextmanager
def pillow_warnings_hidden() -> Iterator[None]:
    """Hides Pillow's warnings; not for several threads, as filters of warnings belong to all of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def read_at_size(path: Path, channels: int, size: tuple[int, int] | None, fit: Fit) -> Pixels:
    """As `read_image`, for several threads: Pillow's warnings are shown."""
    image = decode(path, channels, wanted=size)
    with naming(path):
        if isinstance(image, Image.Image):
            made = np.asarray(image) if size is None else _resized_image(image, size, fit)
            return Pixels(np.asarray(made, np.uint8).reshape(*made.shape[:2], channels), BYTE)
        if size is None:
            return image
        if image.white == BYTE and channels in MODES:
            bytes_ = Image.fromarray(image.values[..., 0] if channels == 1 else image.values, MODES[channels])
            return Pixels(_resized_image(bytes_, size, fit).reshape(*size, channels), BYTE)
        bands = [_resized_band(image.values[..., band], size, fit) for band in range(channels)]
        values = np.stack(bands, axis=-1)
        return Pixels(np.round(values).astype(np.uint8) if image.white == BYTE else values, image.white)


def _resized_image(image: Image.Image, size: tuple[int, int], fit: Fit) -> Array:
    return _placed(image, size, fit, np.uint8)


def _resized_band(values: Array, size: tuple[int, int], fit: Fit) -> Array:
    """One channel of deep pixels; the filter cannot leave the range of its values."""
    band = Image.fromarray(np.ascontiguousarray(values, np.float32))
    return _placed(band, size, fit, np.float32, (float(values.min()), float(values.max())))


def _placed(
    image: Image.Image, size: tuple[int, int], fit: Fit, dtype: Any, limits: tuple[float, float] | None = None
) -> Array:
    placement = _placement(image.size, (size[1], size[0]), fit)
    part = image
    if placement.size != image.size or placement.box != (0, 0, *image.size):
        part = image.resize(placement.size, Image.Resampling.LANCZOS, box=placement.box)
    inner = np.asarray(part, dtype)
    if limits is not None:
        inner = np.clip(inner, *limits)
    if inner.shape[:2] == size:
        return inner
    whole = np.zeros((*size, *inner.shape[2:]), dtype)
    left, top = placement.corner
    whole[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
    return whole


def _placement(own: tuple[int, int], wanted: tuple[int, int], fit: Fit) -> _Placement:
    """Where an image of one width and height goes in another."""
    (width, height), ratio = own, wanted[0] / wanted[1]
    if fit == "crop":
        wide = width / height >= ratio
        used = (ratio * height, height) if wide else (width, width / ratio)
        left, top = (width - used[0]) / 2, (height - used[1]) / 2
        return _Placement((left, top, left + used[0], top + used[1]), wanted)
    if fit == "stretch":
        return _Placement((0, 0, width, height), wanted)
    scale = min(wanted[0] / width, wanted[1] / height)
    size = (max(1, min(wanted[0], round(width * scale))), max(1, min(wanted[1], round(height * scale))))
    return _Placement((0, 0, width, height), size, ((wanted[0] - size[0]) // 2, (wanted[1] - size[1]) // 2))
