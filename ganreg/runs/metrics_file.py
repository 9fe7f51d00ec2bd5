"""Writes `metrics.csv`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ganreg.contract.callbacks import Recorder, Table
from ganreg.data.arrays import Array
from ganreg.errors import RunError
from ganreg.files.rows import Rows


class MetricsFile(Recorder):
    """Appends rows to `metrics.csv`, each the means over the iterations since the previous row.

    The number of iterations per row depends on the iteration alone: 1 up to iteration 400, then 2, 5, 10 and 20, and 50
    from iteration 10,000. A run that is later extended therefore has the rows that it would have had from the start.
    Rows do not depend on how many iterations run in one compiled call.

    Args:
        path: the file; it is overwritten unless `restore` is called.
        columns: the names of the logs, in order.
        rows_every: a fixed number of iterations between rows. Defaults to the numbers above.

    Attributes:
        listeners: called with the iteration and the values of each row that has been written.
    """

    name = "metrics"

    def __init__(self, path: Path, columns: list[str], rows_every: int | None = None) -> None:
        super().__init__()
        self.listeners: list[Callable[[int, Mapping[str, float]], None]] = []
        self._rows_every = rows_every
        self._path, self._columns = path, columns
        self._rows = Rows(path)
        self._pending: list[Table] = []
        self._done = 0
        self._begun = False
        self._aside: Path | None = None

    def state(self) -> Mapping[str, Any]:
        """Returns the length of the file without an incomplete row, and the pending values of that row."""
        self._begin()
        pending = {name: np.concatenate(values).tolist() for name, values in _gathered(self._pending).items()}
        return {"columns": self._columns, "bytes": self._rows.bytes, "done": self._done, "pending": pending}

    def restore(self, state: Any) -> None:
        """Continues the file at its length at the checkpoint, to which it is cut when the training begins.

        Raises:
            RunError: the file is missing, too short or has other columns, or the state is invalid.
        """
        try:
            columns, size, self._done = list(state["columns"]), int(state["bytes"]), int(state["done"])
            self._pending = [{name: np.asarray(values, np.float32) for name, values in state["pending"].items()}]
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
            raise RunError(f"the checkpoint does not hold the position in {self._path}; {_START_NEW_FILE}") from error
        if columns != self._columns:
            raise RunError(
                f"the columns of {self._path} differ from what is logged now: {_described(columns, self._columns)}; "
                f"{_START_NEW_FILE}"
            )
        self._pending = [table for table in self._pending if table]
        self._begun = True
        if not self._rows.plan_cut(size):
            raise RunError(
                f"{self._path} is {'too short' if self._path.is_file() else 'missing'}: rows up to iteration "
                f"{self._done} are lost; {_START_NEW_FILE}"
            )

    def begin_after(self, iteration: int) -> None:
        """Starts a new file that continues after an iteration, and keeps the old one under another name.

        Both happen when the training begins.
        """
        self._aside = self._path.with_name(f"{self._path.stem}-to-{iteration}.csv")
        self._rows = Rows(self._path)
        self._done, self._pending, self._begun = iteration, [], False

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Starts the file, or cuts it to where it continues."""
        self._begin()
        self._rows.carry_out()

    def on_updates(self, first: int, logs: Table) -> None:
        """Writes the rows that are now complete, and keeps the other values."""
        self._begin()
        start, end = first, first + len(next(iter(logs.values())))
        rows = []
        while start < end:
            row_end = self._row_end(start)
            stop = min(end, row_end)
            self._pending.append({name: values[start - first : stop - first] for name, values in logs.items()})
            self._done = start = stop
            if stop == row_end:
                rows.append(self._row())
                self._pending = []
        if rows:
            self._append(rows)

    def _row_end(self, iteration: int) -> int:
        """The iteration at which the row of an iteration ends."""
        every = self._rows_every or next(
            size for size in _ROW_SIZES if iteration >= _ROWS_OF_A_SIZE * size or size == 1
        )
        return (iteration // every + 1) * every

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Writes a preliminary row of the values since the last one; a resumed run replaces it."""
        if self._pending:
            complete = self._rows.bytes
            self._rows.cut(complete)
            self._append([self._row()])
            self._rows.bytes = complete

    def _row(self) -> list[Any]:
        """The means of the pending values."""
        means = {name: float(np.mean(np.concatenate(values))) for name, values in _gathered(self._pending).items()}
        return [self._done, *(f"{means[name]:.9g}" if name in means else "" for name in self._columns)]

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            if self._aside is not None and self._path.exists() and not self._aside.exists():
                self._path.replace(self._aside)  # it exists if an earlier attempt to resume got this far
            self._write([["iteration", *self._columns]])

    def _append(self, rows: list[list[Any]]) -> None:
        self._write(rows)
        for iteration, *values in rows:
            named = {name: float(value) for name, value in zip(self._columns, values, strict=True) if value != ""}
            for listener in self.listeners:
                listener(iteration, named)

    def _write(self, rows: list[list[Any]]) -> None:
        self._rows.append(rows)


_START_NEW_FILE = "--allow-changes starts a new file and keeps the existing one under another name"


def _described(before: Sequence[str], now: Sequence[str]) -> str:
    """Describes the columns that were removed and added."""
    gone, new = [name for name in before if name not in now], [name for name in now if name not in before]
    parts = [f"{word} {', '.join(names)}" for word, names in (("without", gone), ("with", new)) if names]
    return " and ".join(parts) or "in another order"


_ROW_SIZES = (50, 20, 10, 5, 2, 1)
_ROWS_OF_A_SIZE = 200
"""Rows of n iterations start at this many times n iterations."""


def _gathered(tables: Sequence[Table]) -> dict[str, list[Array]]:
    gathered: dict[str, list[Array]] = {}
    for table in tables:
        for name, values in table.items():
            gathered.setdefault(name, []).append(values)
    return gathered
