"""What all metrics of tables share: their columns, and the checks of values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

import attrs
import numpy as np

from ganreg import Column, DataError, Dataset, DataSpec, Metric
from ganreg_metrics.features import Array


@attrs.frozen(kw_only=True)
class TableMetric(Metric):
    """A metric of the columns of a table; `for_columns` must be called before anything is computed."""

    looks_at: ClassVar[Literal["features", "samples", "probabilities", "columns"]] = "columns"
    name: ClassVar[str]
    """The name that messages start with."""

    _columns: tuple[Column, ...] = attrs.field(default=(), init=False, eq=False, repr=False)

    def suits(self, data: DataSpec, dataset: Dataset | None) -> int:
        """Suits samples of which it is known which values belong together."""
        return 2 if data.blocks else 0

    def for_columns(self, columns: Sequence[Column]) -> Self:
        """Returns the metric for a table with these columns."""
        adapted = attrs.evolve(self)
        object.__setattr__(adapted, "_columns", tuple(columns))
        return adapted

    def checked(self, values: Any, whose: str, *, minimum: int = 1) -> Array:
        """Checks the rows of a table and returns them as float64 `[N, columns]`; NaN is a missing value.

        Args:
            values: the rows.
            whose: `"real"`, `"generated"` or `"held-out"`, for messages.
            minimum: the minimum number of rows.

        Raises:
            DataError: they are not numbers, infinite, too few, or not those of the columns.
        """
        if not self._columns:
            raise DataError(f"{self.name} needs to know the columns: metric.for_columns([ganreg.Column(name), ...])")
        array = np.asarray(values)
        if array.dtype.kind not in "fiub":
            raise DataError(f"{self.name}: {whose} values must be real numbers, got an array of {array.dtype}")
        if array.ndim != 2 or array.shape[1] != len(self._columns):
            raise DataError(
                f"{self.name}: {whose} values must be an array [N, {len(self._columns)}], got shape {array.shape}"
            )
        if len(array) < minimum:
            raise DataError(f"{self.name}: {len(array)} {whose} rows are too few; it needs at least {minimum}")
        if np.isinf(array).any():
            raise DataError(f"{self.name}: {whose} values contain infinity; has the training diverged?")
        array = array.astype(np.float64, copy=False)
        for place, column in enumerate(self._columns):
            if column.is_category:
                self._refuse_unknown_labels(array[:, place], column, whose)
        return array

    def _refuse_unknown_labels(self, values: Array, column: Column, whose: str) -> None:
        present = values[~np.isnan(values)]
        if len(present) and not (
            present.min() >= 0 and present.max() < len(column.labels) and (present % 1 == 0).all()
        ):
            raise DataError(
                f"{self.name}: {whose} values of column '{column.name}' must be indices of its {len(column.labels)} "
                "labels"
            )


def some(values: Array, most: int, stream: np.random.Generator) -> Array:
    """Returns all rows, or a random subset if there are more than `most`."""
    return values if len(values) <= most else values[stream.choice(len(values), most, replace=False)]
