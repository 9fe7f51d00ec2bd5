"""Reading many image files into one array."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ganreg.data.picture_sizes import Fit, pillow_warnings_hidden, read_at_size
from ganreg.data.pictures import BYTE, WORD, Pixels, is_deep
from ganreg.errors import DataError
from ganreg.processes import cores

Array = npt.NDArray[Any]

_QUIET_SECONDS = 5.0
"""Reading that takes longer than this says how far it is, each time that as many seconds have passed."""

_log = logging.getLogger("ganreg")


def has_deep_images(files: Sequence[Path]) -> bool:
    """Whether an image has more than 8 bits a channel, read from the files' headers."""
    return any(map(is_deep, files))


def read_images(
    files: Sequence[Path], channels: int = 3, *, size: tuple[int, int], fit: Fit = "crop", deep: bool | None = None
) -> Pixels:
    """Reads image files with one size and number of channels, with all cores; see `read_image`.

    If images of 8 bits are among images of 16 bits, their values are multiplied by 257, so that white is the same.

    Args:
        files: the files.
        channels: the number of channels. Defaults to 3.
        size: height and width.
        fit: what is done if an image's sides have another ratio. Defaults to `"crop"`.
        deep: whether an image has more than 8 bits. Defaults to what the files' headers say.

    Returns:
        The pixels `[N, height, width, channels]`: uint8, or float32 if an image has more than 8 bits.

    Raises:
        DataError: as for `read_image`, or there are floats, whose white is not known, among images of 8 or 16 bits; or
            there is not enough memory.
    """
    deep = has_deep_images(files) if deep is None else deep
    try:
        values = np.empty((len(files), *size, channels), np.float32 if deep else np.uint8)
    except MemoryError as error:
        gigabytes = len(files) * size[0] * size[1] * channels * (4 if deep else 1) / 1e9
        raise DataError(
            f"{len(files)} images of {size[0]}x{size[1]} pixels need {gigabytes:.0f} GB of memory; use a smaller size"
        ) from error
    whites: list[int | None] = []
    said = time.monotonic()
    with pillow_warnings_hidden(), ThreadPoolExecutor(cores()) as pool:
        try:
            for index, pixels in enumerate(pool.map(lambda file: read_at_size(file, channels, size, fit), files)):
                whites.append(pixels.white)
                values[index] = _comparable(pixels, deep)
                if time.monotonic() - said >= _QUIET_SECONDS:
                    said = time.monotonic()
                    _log.info("read %d of %d images", index + 1, len(files))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    if None not in whites:
        return Pixels(values, WORD if deep else BYTE)
    if others := [index for index, white in enumerate(whites) if white is not None]:
        raise DataError(
            f"{files[whites.index(None)]} holds floats or 32 bits, whose black and white are not known, but "
            f"{files[others[0]]} holds 8 or 16 bits; convert all of them to one kind"
        )
    return Pixels(values, None)


def _comparable(pixels: Pixels, deep: bool) -> Array:
    """Pixels of 8 bits on the scale of 16, if those of others are; otherwise as they are."""
    if not deep or pixels.white != BYTE:
        return pixels.values if deep or pixels.white == BYTE else pixels.values * (BYTE / WORD)
    return pixels.values.astype(np.float32) * np.float32(WORD / BYTE)
