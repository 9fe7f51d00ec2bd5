"""What every metric does first: arrays checked, read as features, and taken block by block in float64."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ganreg import DataError

Array = np.ndarray[Any, np.dtype[Any]]

BLOCK = 2048
"""Rows that are worked on at a time, which bounds the memory that a metric takes beside its input."""


def checked(features: Any, whose: str, *, metric: str, minimum: int = 1, why: str = "") -> Array:
    """Returns features as an array `[N, F]` of their own type, having looked at each.

    Args:
        features: numbers `[N, F]`; `[N]` counts as one feature, and further axes are flattened.
        whose: `"real"` or `"generated"`, for messages.
        metric: its name, for messages.
        minimum: samples below which the metric means nothing.
        why: what it needs them for.

    Raises:
        DataError: they are not numbers, not finite, or too few.
    """
    array = np.asarray(features)
    if array.dtype.kind not in "fiub":
        raise DataError(f"{metric}: {whose} features must be real numbers, got an array of {array.dtype}")
    if array.ndim == 0 or 0 in array.shape[1:]:
        raise DataError(f"{metric}: {whose} features must be an array [N, F], got shape {array.shape}")
    if len(array) < max(1, minimum):
        because = f" ({why})" if why else ""
        raise DataError(
            f"{metric}: {len(array)} {whose} samples are too few; it needs at least {max(1, minimum)}{because}"
        )
    array = array.reshape(len(array), -1)
    # NaN passes through min and max, and they need no second array of the same size.
    if not (np.isfinite(array.min()) and np.isfinite(array.max())):
        raise DataError(f"{metric}: {whose} features have values that are not finite; has the training diverged?")
    return array


def checked_pair(real: Any, fake: Any, *, metric: str, minimum: int = 1, why: str = "") -> tuple[Array, Array]:
    """Returns real and generated features as `checked` does, having compared how many features they have.

    Raises:
        DataError: either cannot be used, or their samples differ in their number of features.
    """
    reals = checked(real, "real", metric=metric, minimum=minimum, why=why)
    fakes = checked(fake, "generated", metric=metric, minimum=minimum, why=why)
    if reals.shape[1] != fakes.shape[1]:
        raise DataError(
            f"{metric}: real samples have {reals.shape[1]} features and generated ones {fakes.shape[1]}; "
            "take both from the same extractor"
        )
    return reals, fakes


def one_dimension(features: Array, metric: str) -> Array:
    """Returns the only feature in float64, `[N]`.

    Raises:
        DataError: there are several.
    """
    if features.shape[1] != 1:
        raise DataError(
            f"{metric} compares one feature a sample, got {features.shape[1]}; "
            "use 'sliced-wasserstein' or 'frechet' for several"
        )
    return features[:, 0].astype(np.float64)


def blocks(count: int, size: int) -> Iterator[slice]:
    """Slices of up to `size` that cover `count` rows."""
    return (slice(start, min(start + size, count)) for start in range(0, count, size))


def mean_of(features: Array) -> Array:
    """The mean sample in float64, `[F]`."""
    return features.mean(axis=0, dtype=np.float64)
