"""What all metrics share: checking arrays of features, and processing them block by block in float64."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ganreg import DataError

Array = np.ndarray[Any, np.dtype[Any]]

BLOCK = 2048
"""Rows in a block, which bounds the memory that a metric needs in addition to its input."""


def checked(features: Any, whose: str, *, metric: str, minimum: int = 1, why: str = "") -> Array:
    """Checks features and returns them as an array `[N, F]` of the same type.

    Args:
        features: numbers `[N, F]`; `[N]` counts as one feature, and further axes are flattened.
        whose: `"real"` or `"generated"`, for messages.
        metric: the metric's name, for messages.
        minimum: minimum number of samples.
        why: the reason for this minimum.

    Raises:
        DataError: if the features are not real numbers, not finite, or too few.
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
    # min and max propagate NaN, and need no second array of the same size.
    if not (np.isfinite(array.min()) and np.isfinite(array.max())):
        raise DataError(f"{metric}: {whose} features contain NaN or infinity; has the training diverged?")
    return array


def checked_pair(real: Any, fake: Any, *, metric: str, minimum: int = 1, why: str = "") -> tuple[Array, Array]:
    """Checks real and generated features as `checked` does, and that they have the same number of features.

    Raises:
        DataError: as for `checked`, or if the numbers of features differ.
    """
    reals = checked(real, "real", metric=metric, minimum=minimum, why=why)
    fakes = checked(fake, "generated", metric=metric, minimum=minimum, why=why)
    if reals.shape[1] != fakes.shape[1]:
        raise DataError(
            f"{metric}: real samples have {reals.shape[1]} features, but generated samples have {fakes.shape[1]}; "
            "use the same feature extractor for both"
        )
    return reals, fakes


def one_dimension(features: Array, metric: str) -> Array:
    """Returns the only feature in float64, `[N]`.

    Raises:
        DataError: if there are several features.
    """
    if features.shape[1] != 1:
        raise DataError(
            f"{metric} compares samples with one feature, got {features.shape[1]} features; "
            "use 'sliced-wasserstein' or 'frechet' instead"
        )
    return features[:, 0].astype(np.float64)


def blocks(count: int, size: int) -> Iterator[slice]:
    """Returns slices of at most `size` rows that cover `count` rows."""
    return (slice(start, min(start + size, count)) for start in range(0, count, size))


def mean_of(features: Array) -> Array:
    """Returns the mean over samples in float64, `[F]`."""
    mean: Array = features.mean(axis=0, dtype=np.float64)
    return mean
