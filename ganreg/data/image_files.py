"""Image files of any size: read as samples, and written from samples.

Images are read as the bundled datasets read them, so that a network sees a file as it saw those of its training.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from ganreg.data.arrays import Array
from ganreg.data.picture_sizes import pillow_warnings_hidden, read_image
from ganreg.data.pictures import BYTE, MODES, WORD, opened
from ganreg.data.spec import DataSpec
from ganreg.errors import DataError
from ganreg.files.writing import write_whole


def is_image_file(path: Path) -> bool:
    """Whether Pillow recognises a file as an image by its first bytes; the rest may still be broken."""
    try:
        with pillow_warnings_hidden(), opened(path):
            return True
    except DataError:
        return False


def read_sample(path: Path, data: DataSpec) -> Array:
    """Reads an image in its own size, upright, with the channels and the value range of a network's samples.

    Black and white become the ends of the range. Where the range goes beyond 255 or there is no white, as in images of
    floats, values are taken to be in the range already.

    Args:
        path: a file that Pillow opens.
        data: the description of the samples; their height and width do not matter.

    Returns:
        float32 `[height, width, channels]`; see `ganreg.read_image`.

    Raises:
        DataError: the samples are not such images, or the file does not exist, is not an image, is broken, has more
            pixels than Pillow allows, or has values beyond the range.
    """
    refuse_other_samples(data)
    pixels = read_image(path, data.shape[-1])
    least, greatest = data.value_range or (-1.0, 1.0)
    if pixels.white is None or (pixels.white == WORD and greatest > BYTE):
        found = float(pixels.values.min()), float(pixels.values.max())
        if pixels.white is None and not least <= found[0] <= found[1] <= greatest:
            raise DataError(
                f"{path} has values from {found[0]:g} to {found[1]:g}, but the range of the samples is {least:g} to "
                f"{greatest:g}; scale them, or convert them to 8 or 16 bits"
            )
        return np.clip(pixels.values, least, greatest)
    return pixels.values.astype(np.float32) * np.float32((greatest - least) / pixels.white) + np.float32(least)


def write_image(path: Path, image: Array, data: DataSpec) -> None:
    """Writes an image as a PNG file, whole or not at all.

    Args:
        path: the file, whose folder exists.
        image: float `[height, width, channels]`.
        data: the description of the samples that it is one of.

    Raises:
        DataError: the samples are not images with a value range and at most four channels.
        RunError: the file cannot be written.
    """
    refuse_other_samples(data)
    least, greatest = data.value_range or (-1.0, 1.0)
    share = np.clip((image - least) / (greatest - least), 0.0, 1.0)
    pixels = np.round(255 * share).astype(np.uint8)
    made = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
    write_whole(path, lambda temporary: made.save(temporary, format="PNG"), durable=False)


def refuse_other_samples(data: DataSpec, what: str = "the samples") -> None:
    """Checks that samples can be read from and written to image files.

    Args:
        data: the description of the samples.
        what: what messages call them. Defaults to "the samples".

    Raises:
        DataError: they are not images, have more than four channels, or have no value range.
    """
    if not data.is_image or data.shape[-1] not in MODES:
        raise DataError(
            f"{what} have the shape {data.shape}, so they are not images of 1 to 4 channels; use .npy files"
        )
    if data.value_range is None:
        raise DataError(f"{what} have no value range, so black and white are not known; use .npy files")
