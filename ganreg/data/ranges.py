"""The range of samples' values: the data's own, and -1..1, in which networks see every bounded sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ganreg.data.spec import NETWORK_RANGE
from ganreg.errors import DataError

Array = npt.NDArray[Any]
Range = tuple[float, float]
Samples = TypeVar("Samples")

_USUAL_RANGES: tuple[Range, ...] = ((0.0, 1.0), NETWORK_RANGE)
"""The recognised ranges of float images, the narrowest first."""
_SLACK = 1e-3
"""The part of its width by which a range may be left: resized images overshoot, and float32 rounds."""


def refuse_out_of_range(samples: Array, value_range: Range | None, what: str = "samples") -> None:
    """Checks that samples are within their range, up to a thousandth of its width.

    Args:
        samples: float32 `[N, *shape]`.
        value_range: the minimum and the maximum, or `None` for no bounds.
        what: the name of the samples in messages. Defaults to "samples".

    Raises:
        DataError: a sample is outside the range.
    """
    if value_range is None:
        return
    least, greatest = float(samples.min()), float(samples.max())
    if not _holds(value_range, least, greatest):
        raise DataError(
            f"{what} range over {least:g}..{greatest:g} but must stay in {value_range[0]:g}..{value_range[1]:g}; "
            "scale them, or pass uint8 images, which are scaled automatically"
        )


def recognised_range(parts: Sequence[Array], what: str = "samples") -> Range:
    """Returns the range of float images that came without one: 0..1 if all are within it, otherwise -1..1.

    Args:
        parts: arrays of floats, `[N, H, W, C]`.
        what: the name of the samples in messages. Defaults to "samples".

    Raises:
        DataError: the images are within neither range.
    """
    least, greatest = min(float(part.min()) for part in parts), max(float(part.max()) for part in parts)
    for value_range in _USUAL_RANGES:
        if _holds(value_range, least, greatest):
            return value_range
    raise DataError(
        f"{what} are images with values in {least:g}..{greatest:g}; convert 0..255 to uint8, scale them to -1..1, "
        "or give their value_range=[minimum, maximum]"
    )


def _holds(value_range: Range, least: float, greatest: float) -> bool:
    slack = _SLACK * (value_range[1] - value_range[0])
    return value_range[0] - slack <= least and greatest <= value_range[1] + slack


def to_float(samples: Array) -> Array:
    """Converts samples to float32; 0..255 of uint8 become -1..1."""
    if samples.dtype == np.uint8:
        return samples.astype(np.float32) * np.float32(2.0 / 255.0) - np.float32(1.0)
    return samples.astype(np.float32, copy=False)


def to_network_range(samples: Array, value_range: Range | None) -> Array:
    """Scales samples to what networks see.

    Args:
        samples: uint8, whose 0..255 become -1..1; or floats in `value_range`.
        value_range: the minimum and the maximum, which become -1 and 1; or `None` for samples without bounds, which are
            not scaled.

    Returns:
        float32 of the same shape.
    """
    if samples.dtype == np.uint8 or value_range is None or value_range == NETWORK_RANGE:
        return to_float(samples)
    least, greatest = value_range
    width = greatest - least
    return samples.astype(np.float32) * np.float32(2.0 / width) - np.float32((greatest + least) / width)


def to_own_range(samples: Samples, value_range: Range | None) -> Samples:
    """Scales samples that networks made to the data's own range; the inverse of `to_network_range`.

    Args:
        samples: an array or tensor of floats in -1..1.
        value_range: the data's own range, or `None` for samples without bounds, which are not scaled.
    """
    if value_range is None or value_range == NETWORK_RANGE:
        return samples
    least, greatest = value_range
    scaled: Any = samples
    own: Samples = scaled * ((greatest - least) / 2) + (greatest + least) / 2
    return own


def bytes_in(value_range: Range, samples: Array) -> Array:
    """Converts uint8 samples to float32 in a range of which 0 is the minimum and 255 the maximum."""
    least, greatest = value_range
    return samples.astype(np.float32) * np.float32((greatest - least) / 255.0) + np.float32(least)
