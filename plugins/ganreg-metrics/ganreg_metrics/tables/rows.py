"""Distances between the rows of tables, and rows that are equal."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from ganreg import Column
from ganreg_metrics.distances import nearest_squared
from ganreg_metrics.features import Array


@attrs.frozen(eq=False)
class Places:
    """Places rows in a space in which the Euclidean distance is that of rows.

    The squared distance of two rows is the sum over columns of: for numbers and dates, the squared difference in units
    of the real rows' standard deviation; for categories, 1 if they differ. If one of two numbers is missing, it counts
    as the mean, and 1 is added.

    Attributes:
        columns: what the columns hold.
        means: the means of the real rows' columns.
        deviations: their standard deviations.
    """

    columns: tuple[Column, ...]
    means: Array
    deviations: Array

    @classmethod
    def of(cls, columns: Sequence[Column], real: Array) -> Places:
        """Measures columns in units of real rows `[N, columns]`."""
        present = ~np.isnan(real)
        counts = np.maximum(present.sum(axis=0), 1)
        means = np.where(present, real, 0.0).sum(axis=0) / counts
        deviations = np.sqrt((np.where(present, real - means, 0.0) ** 2).sum(axis=0) / counts)
        return cls(tuple(columns), means, np.where(deviations > 0, deviations, 1.0))

    def __call__(self, rows: Array) -> Array:
        """Places rows `[N, columns]`, float32 `[N, F]`."""
        parts = [
            _one_hot(rows[:, place], len(column.labels)) if column.is_category else self._numbers(rows, place)
            for place, column in enumerate(self.columns)
        ]
        return np.concatenate(parts, axis=1, dtype=np.float32)

    def _numbers(self, rows: Array, place: int) -> Array:
        values = (rows[:, place] - self.means[place]) / self.deviations[place]
        gaps = np.isnan(values)
        return np.column_stack([np.where(gaps, 0.0, values), gaps])


def _one_hot(values: Array, labels: int) -> Array:
    """One-hot rows whose distance is 1; the last place stands for a missing value."""
    codes = np.where(np.isnan(values), labels, values).astype(np.intp)
    rows = np.zeros((len(values), labels + 1), np.float32)
    rows[np.arange(len(values)), codes] = np.sqrt(0.5)
    return rows


def nearest(rows: Array, others: Array, *, among: bool = False) -> Array:
    """Returns the distance of each placed row `[N, F]` to the nearest of others `[M, F]`, float64 `[N]`.

    Args:
        rows: the rows.
        others: the others, at least one.
        among: whether the rows are among the others, and none is the nearest to itself.
    """
    origin = others.mean(axis=0, dtype=np.float64)
    distances: Array = np.sqrt(nearest_squared(rows, others, origin, count=1 + among)[:, -1])
    return distances


def are_copies(rows: Array, others: Array) -> Array:
    """Says which rows `[N, columns]` equal one of others `[M, columns]` in all columns, booleans `[N]`."""
    codes = [_codes(each) for each in (rows, others)]
    order = np.argsort(codes[1], kind="stable")
    ordered = codes[1][order]
    first = np.searchsorted(ordered, codes[0], side="left")
    last = np.searchsorted(ordered, codes[0], side="right")
    found = np.zeros(len(rows), np.bool_)
    for place in np.flatnonzero(last > first):
        # Rows with the same code are nearly always equal; all of them are compared, to be sure.
        same = others[order[first[place] : last[place]]]
        found[place] = (np.nan_to_num(same, nan=_GAP) == np.nan_to_num(rows[place], nan=_GAP)).all(axis=1).any()
    return found


def _codes(rows: Array) -> Array:
    """A whole number for each row, which is the same for equal rows."""
    bits = np.ascontiguousarray(np.nan_to_num(rows, nan=_GAP) + 0.0).view(np.uint64)
    factors = np.random.default_rng(0).integers(2**63, size=rows.shape[1], dtype=np.uint64) | np.uint64(1)
    bits = bits ^ (bits >> np.uint64(29))
    codes: Array = (bits * factors).sum(axis=1, dtype=np.uint64)
    return codes


_GAP = -1.7e308
"""Stands for a missing value, which does not equal itself."""
