"""Slices of volumes, side by side, as images."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ganreg.data.arrays import Array

SHOWN = "the middle slices across depth, height and width of each volume"
"""What a picture of volumes shows."""
_GAP, _GREY = 1, 128
"""Pixels between slices, and their value."""


def middle_slices(volumes: Array) -> list[Array]:
    """Returns the middle slice across each axis, as images `[N, height, width, channels]` of three sizes.

    Args:
        volumes: `[N, depth, height, width, channels]`.
    """
    return [np.take(volumes, volumes.shape[axis] // 2, axis=axis) for axis in (1, 2, 3)]


def side_by_side(slices: Sequence[Array]) -> Array:
    """Joins images of different sizes from left to right, with grey lines between; lower ones are filled with grey.

    Args:
        slices: uint8 `[N, height, width, 3]`, each of its own size.

    Returns:
        uint8 `[N, greatest height, sum of widths and gaps, 3]`.
    """
    height = max(images.shape[1] for images in slices)
    count = len(slices[0])
    parts: list[Array] = []
    for images in slices:
        if parts:
            parts.append(np.full((count, height, _GAP, 3), _GREY, np.uint8))
        below = [(0, 0), (0, height - images.shape[1]), (0, 0), (0, 0)]
        parts.append(np.pad(images, below, constant_values=_GREY))
    return np.concatenate(parts, axis=2)
