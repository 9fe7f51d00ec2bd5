"""Columns of dates and times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
import numpy as np

from ganreg import Block
from ganreg.lazy import lazy_module
from ganreg_datasets.splits import Array
from ganreg_datasets.tables.cells import Numbers, commonest, missing_cells
from ganreg_datasets.tables.dates import DateFormat
from ganreg_datasets.tables.encoding import CellError, Encoding
from ganreg_datasets.tables.numeric import NumericEncoding

if TYPE_CHECKING:
    from ganreg_datasets.tables.reading import TextColumn

pa = lazy_module("pyarrow")


@attrs.frozen
class DateEncoding(Encoding):
    """Dates, encoded as the number of steps since the first one, and written in the file's own format.

    Attributes:
        name: the column's name in the header.
        form: the format.
        first: the first date, as the format reads it.
        step: the greatest step of which all differences between dates are multiples, such as a day.
        steps: the encoding of the number of steps.
    """

    form: DateFormat
    first: int
    step: int
    steps: NumericEncoding

    kind: ClassVar[str] = "date"

    @classmethod
    def fit(cls, column: TextColumn, form: DateFormat, most_modes: int) -> tuple[DateEncoding, Array]:
        """Finds the range and the step of dates, at least two of which differ, and reads them as `read` does.

        Raises:
            CellError: a cell is not a date in the format.
        """
        values, gaps = _read(column, form)
        present = values[~gaps]
        first = int(present.min())
        step = int(np.gcd.reduce(present - first)) or 1
        numbers = Numbers(_steps(values, gaps, first, step), None, commonest(column.cells, gaps))
        encoding = cls(column.name, form, first, step, NumericEncoding.fit(column.name, numbers, most_modes))
        return encoding, numbers.values

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of the number of steps."""
        return tuple(attrs.evolve(block, labels=()) for block in self.steps.blocks)

    def read(self, column: TextColumn) -> Array:
        """Reads dates as steps since the first one, float64 `[N]`; NaN for missing ones.

        Raises:
            CellError: a cell is not a date in the format, or a value is missing where none was.
        """
        values, gaps = _read(column, self.form)
        if self.steps.missing is None and gaps.any():
            row = int(np.flatnonzero(gaps)[0])
            raise CellError(self.name, row, column.cells[row].as_py(), f"a date in the format {self.form.pattern}")
        return _steps(values, gaps, self.first, self.step)

    def encode_into(self, encoded: Array, values: Array) -> None:
        """Encodes steps as `NumericEncoding` does."""
        self.steps.encode_into(encoded, values)

    def decode(self, encoded: Array) -> Sequence[Any]:
        """Returns dates as text in the file's format, from the first to the last one in the file."""
        return [
            self.form.write(self.first + self.step * steps) if isinstance(steps, int) else steps
            for steps in self.steps.decode(encoded)
        ]


def _read(column: TextColumn, form: DateFormat) -> tuple[Array, Array]:
    """Dates as the format reads them, int64 `[N]`, and which of them are missing."""
    gaps = missing_cells(column.cells, words=True)
    present = column.cells.filter(pa.array(~gaps)) if gaps.any() else column.cells
    read, exist = form.read(present)
    if not exist.all():
        row = int(np.flatnonzero(~gaps)[np.flatnonzero(~exist)[0]])
        wanted = f"a date in the format {form.pattern}{form.suffix}"
        raise CellError(column.name, row, column.cells[row].as_py(), wanted)
    values = np.zeros(len(gaps), np.int64)
    values[~gaps] = read
    return values, gaps


def _steps(values: Array, gaps: Array, first: int, step: int) -> Array:
    steps: Array = np.where(gaps, np.nan, (values - first) / step)
    return steps
