"""The modes of a synthetic dataset's distribution."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from ganreg.data.arrays import Array
from ganreg.errors import DataError


def _means(values: Any) -> Array:
    means = np.array(values, dtype=np.float64)
    if means.ndim != 2 or means.size == 0:
        raise DataError(f"the means of modes must be an array [M, F], got shape {means.shape}")
    if not np.isfinite(means).all():
        raise DataError("the means of modes must be finite")
    return means


def _positive(_: Any, attribute: attrs.Attribute[Any], value: float) -> None:
    if not value > 0:
        raise DataError(f"the {attribute.name.replace('_', ' ')} of modes must be positive, got {value}")


@attrs.frozen(kw_only=True, eq=False)
class Modes:
    """A mixture of equally likely normal distributions that differ only in their means.

    Attributes:
        means: the mean of each mode, float64 `[M, F]`, in the units of the samples flattened to `[N, F]`.
        standard_deviation: the standard deviation along each axis, the same for all modes.

    Raises:
        DataError: the means are not a finite array `[M, F]`, or the standard deviation is not positive.

    >>> len(Modes(means=[[0.0, 1.0], [2.0, 3.0]], standard_deviation=0.1))
    2
    """

    means: Array = attrs.field(converter=_means)
    standard_deviation: float = attrs.field(converter=float, validator=_positive)

    def __len__(self) -> int:
        return len(self.means)
