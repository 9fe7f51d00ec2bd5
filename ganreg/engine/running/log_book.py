"""Keeps what the iterations of a GAN have logged, in bounded memory."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ganreg.contract.callbacks import Table, UpdateCallback
from ganreg.data.arrays import Array

MOST_ROWS = 2**15
"""The largest number of rows. When there are more, several become one."""


class LogBook(UpdateCallback):
    """Everything that was logged since the GAN was made, over all calls of `fit` and `train_on_batch`.

    A row is one iteration. In a long training, the rows of 2, 4, 8, ... iterations become one, which holds the means.

    Args:
        most_rows: the largest number of rows. Defaults to `MOST_ROWS`.
    """

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        super().__init__()
        self._most_rows, self._width = most_rows, 1
        self._ends: list[Array] = []
        self._sizes: list[Array] = []
        self._tables: list[Table] = []
        self._rows, self._done = 0, -1

    def on_updates(self, first: int, logs: Table) -> None:
        """Adds the rows of a call."""
        if first < self._done:  # earlier weights were restored, from which the training continues
            ends, _ = self.table()
            self._keep(slice(0, int(np.searchsorted(ends, first, side="right"))))
        count = len(next(iter(logs.values())))
        self._ends.append(np.arange(first + 1, first + count + 1))
        self._sizes.append(np.ones(count))
        self._tables.append(dict(logs))
        self._rows, self._done = self._rows + count, first + count
        if self._rows > self._most_rows:
            self._compress()

    def add(self, done: int, logs: Mapping[str, float]) -> None:
        """Adds the row of a single iteration.

        Args:
            done: the number of iterations that are done after it.
            logs: its values.
        """
        self.on_updates(done - 1, {name: np.array([value], np.float32) for name, value in logs.items()})

    def table(self) -> tuple[Array, Mapping[str, Array]]:
        """The rows so far.

        Returns:
            The number of iterations that were done at the end of each row, int64 `[rows]`; and the values by name,
            float32 `[rows]`, NaN where an iteration did not log one.
        """
        if not self._ends:
            return np.zeros(0, np.int64), {}
        names = dict.fromkeys(name for table in self._tables for name in table)
        columns: dict[str, list[Array]] = {name: [] for name in names}
        for ends, table in zip(self._ends, self._tables, strict=True):
            missing = np.full(len(ends), np.nan, np.float32)
            for name, column in columns.items():
                column.append(np.asarray(table.get(name, missing), np.float32))
        self._tables = [{name: np.concatenate(column) for name, column in columns.items()}]
        self._ends, self._sizes = [np.concatenate(self._ends)], [np.concatenate(self._sizes)]
        return self._ends[0], self._tables[0]

    def _keep(self, rows: slice) -> None:
        self._ends, self._sizes = [self._ends[0][rows]], [self._sizes[0][rows]]
        self._tables = [{name: column[rows] for name, column in self._tables[0].items()}]
        self._rows = len(self._ends[0])

    def _compress(self) -> None:
        """Makes rows of equally many iterations, twice as many as before if too many rows would remain."""
        ends, values = self.table()
        places = (ends - 1) // self._width
        starts = np.flatnonzero(np.diff(places, prepend=-1))
        sizes = self._sizes[0]
        self._tables = [{name: _means(column, sizes, starts) for name, column in values.items()}]
        self._ends = [ends[np.append(starts[1:], len(ends)) - 1]]
        self._sizes = [np.add.reduceat(sizes, starts)]
        self._rows = len(starts)
        if self._rows > self._most_rows / 2:
            self._width *= 2
            self._compress()


def _means(column: Array, sizes: Array, starts: Array) -> Array:
    """The means of the rows from each start to the next, weighted by their sizes; without those that are missing."""
    weights = np.where(np.isnan(column), 0.0, sizes)
    sums = np.add.reduceat(np.nan_to_num(column.astype(np.float64)) * weights, starts)
    totals = np.add.reduceat(weights, starts)
    means = np.full(len(starts), np.nan)
    np.divide(sums, totals, out=means, where=totals > 0)
    return means.astype(np.float32)
