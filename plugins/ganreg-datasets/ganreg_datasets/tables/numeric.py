"""Columns of numbers."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
import numpy as np

from ganreg import Block
from ganreg_datasets.splits import Array
from ganreg_datasets.tables.cells import NotNumbersError, Numbers, read_numbers
from ganreg_datasets.tables.encoding import CellError, Encoding
from ganreg_datasets.tables.modes import Modes, fit_modes

if TYPE_CHECKING:
    from ganreg_datasets.tables.reading import TextColumn


@attrs.frozen
class NumericEncoding(Encoding):
    """Numbers, encoded as the mode that a value belongs to, and its place within the mode.

    The modes are those of `Modes`; a missing value is one more mode, the last. A column with one mode has no block for
    the choice of modes, and a column that consists of spikes has no value within them.

    Attributes:
        name: the column's name in the header.
        modes: the modes.
        least: the least number.
        greatest: the greatest number.
        decimals: the number of decimals; `None` for integers.
        missing: how a missing value is written; `None` if none is missing.
        decimal: the decimal sign.
    """

    modes: Modes
    least: float
    greatest: float
    decimals: int | None = None
    missing: str | None = None
    decimal: str = "."

    kind: ClassVar[str] = "numeric"

    @classmethod
    def fit(cls, name: str, numbers: Numbers, most_modes: int) -> NumericEncoding:
        """Finds the modes of numbers, at least one of which is not missing.

        Args:
            name: the column's name.
            numbers: the numbers.
            most_modes: the greatest number of normal distributions; see `fit_modes`.
        """
        present = numbers.values[~np.isnan(numbers.values)] if numbers.missing is not None else numbers.values
        modes, least, greatest = fit_modes(present, most_modes), float(present.min()), float(present.max())
        return cls(name, modes, least, greatest, numbers.decimals, numbers.missing, numbers.decimal)

    @property
    def choices(self) -> int:
        """The number of modes, a missing value included."""
        return len(self.modes) + (self.missing is not None)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The choice of modes, if there are several, and the value within the mode, if there is any."""
        labels: tuple[str, ...] = ()
        if not self.modes.centers:
            labels = tuple("" if value is None else str(value) for value in self._written(np.arange(self.choices)))
        choice = (Block(self.name, self.choices, one_hot=True, labels=labels),) if self.choices > 1 else ()
        return (*choice, Block(self.name, 1)) if self.modes.centers else choice

    def read(self, column: TextColumn) -> Array:
        """Reads numbers, float64 `[N]`; NaN for missing ones.

        Raises:
            CellError: a cell does not hold a number, or a value is missing where none was.
        """
        try:
            values = read_numbers(column.cells, comma=self.decimal == ",").values
        except NotNumbersError as error:
            raise CellError(self.name, error.row, error.cell, "a number") from error
        gaps = np.flatnonzero(np.isnan(values))
        if self.missing is None and len(gaps):
            row = int(gaps[0])
            raise CellError(self.name, row, column.cells[row].as_py(), "a number")
        return values

    def encode_into(self, encoded: Array, values: Array) -> None:
        """Encodes numbers; where modes overlap, the same ones are chosen each time."""
        absent = np.isnan(values) if self.missing is not None else None
        present = values if absent is None else values[~absent]
        present = np.clip(present, self.least, self.greatest)
        chosen, scaled = self.modes.encode(present, zlib.crc32(self.name.encode()))
        if absent is not None:
            all_chosen, all_scaled = np.full(len(values), len(self.modes), np.intp), np.zeros(len(values))
            all_chosen[~absent], all_scaled[~absent] = chosen, scaled
            chosen, scaled = all_chosen, all_scaled
        if self.choices > 1:
            encoded[np.arange(len(values)), chosen] = 1.0
        if self.modes.centers:
            encoded[:, -1] = scaled

    def decode(self, encoded: Array) -> Sequence[Any]:
        """Returns numbers within the column's range, with as many decimals as in the file."""
        chosen = encoded[:, : self.choices].argmax(axis=1) if self.choices > 1 else np.zeros(len(encoded), np.intp)
        return self._written(chosen, encoded[:, -1].astype(np.float64) if self.modes.centers else None)

    def decode_numbers(self, chosen: Array, scaled: Array | None) -> Array:
        """The numbers of modes `[N]` and scaled values `[N]`, float64 `[N]`; NaN for missing ones."""
        gaps = chosen >= len(self.modes)
        place = np.zeros(len(chosen)) if scaled is None else np.clip(scaled, -1.0, 1.0)
        values = self.modes.decode(np.where(gaps, 0, chosen), place)
        return np.where(gaps, np.nan, np.clip(values, self.least, self.greatest))

    def _written(self, chosen: Array, scaled: Array | None = None) -> list[Any]:
        return [self._as_written(value) for value in self.decode_numbers(chosen, scaled).tolist()]

    def _as_written(self, value: float) -> Any:
        if math.isnan(value):
            return self.missing or None
        number = round(value) if self.decimals is None else round(value, self.decimals) + 0.0  # no zero has a minus
        return number if self.decimal == "." else str(number).replace(".", self.decimal)
