"""Writes images as the frames of an animated GIF."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from ganreg.data.arrays import Array
from ganreg.data.spec import DataSpec
from ganreg.errors import DataError
from ganreg.files.writing import write_whole
from ganreg.runs.sample_grids import to_pixels

SUFFIX = ".gif"
"""The suffix of the files."""
_WANTED_PIXELS = 256
_MILLISECONDS = 40
"""The duration of a frame."""


def refuse_unfit(path: Path, data: DataSpec) -> None:
    """Raises a `DataError` if samples cannot be the frames of an animation."""
    if not data.is_image:
        size = "x".join(map(str, data.shape))
        raise DataError(f"samples of shape {size} are not images; write {path.stem}.png or {path.stem}.npy instead")


def write_animation(samples: Array, data: DataSpec, path: Path) -> None:
    """Writes images to a GIF that repeats for ever; small images are enlarged without smoothing.

    Grey images keep each of their levels; coloured frames have up to 256 colours each.

    Args:
        samples: float `[N, height, width, channels]`; unless there are 3 channels, only the first is shown.
        data: the description of one sample.
        path: the file.

    Raises:
        DataError: the samples are not images.
        RunError: the file cannot be written.
    """
    refuse_unfit(path, data)
    pixels = to_pixels(samples, data.value_range)
    scale = max(1, _WANTED_PIXELS // max(pixels.shape[1:3]))
    first, *others = [_frame(image.repeat(scale, axis=0).repeat(scale, axis=1)) for image in pixels]
    write_whole(
        path,
        lambda file: first.save(
            file, format="GIF", save_all=True, append_images=others, duration=_MILLISECONDS, loop=0, optimize=False
        ),
        durable=False,
    )


def _frame(pixels: Array) -> Image.Image:
    if np.array_equal(pixels[..., 0], pixels[..., 1]) and np.array_equal(pixels[..., 0], pixels[..., 2]):
        return Image.fromarray(np.ascontiguousarray(pixels[..., 0]))
    return Image.fromarray(pixels).quantize(256, dither=Image.Dither.NONE)
