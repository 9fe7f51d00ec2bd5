"""The columns of a table as numbers that a network can make, and back."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import attrs
import numpy as np

from ganreg import DataError
from ganreg_datasets.csv_reading import REMEDY, TextColumn
from ganreg_datasets.splits import Array

MOST_CATEGORIES = 1000
"""Columns of more different values are refused, each of which would become a value of every sample."""

MISSING = frozenset({"?", "na", "n/a", "<na>", "#n/a", "nan", "null", "none", "-"})
"""What stands for a missing value in a column that otherwise holds numbers; elsewhere it is a category."""

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)


@attrs.frozen
class NumberColumn:
    """A column of numbers, scaled so that its least becomes -1 and its greatest 1; a constant one becomes 0.

    Attributes:
        name: from the header.
        least: its least number.
        greatest: its greatest number.
        decimals: digits after the point that the file gives at most, or `None` where all are whole numbers.
    """

    name: str
    least: float
    greatest: float
    decimals: int | None

    width = 1

    def encode(self, values: Sequence[Any]) -> Array:
        """Scales numbers to -1..1, `[N, 1]`."""
        middle, half = self._scale
        numbers = np.asarray(values, np.float64)[:, np.newaxis]
        return np.clip((numbers - middle) / half, -1.0, 1.0) if half else np.zeros_like(numbers)

    def decode(self, encoded: Array) -> list[Any]:
        """Turns values `[N, 1]` back into numbers within the column's range, with as many decimals as it has."""
        middle, half = self._scale
        numbers = np.clip(middle + half * encoded[:, 0].astype(np.float64), self.least, self.greatest)
        if self.decimals is None:
            return [round(number) for number in numbers.tolist()]
        return [round(number, self.decimals) + 0.0 for number in numbers.tolist()]  # no minus before a zero

    @property
    def _scale(self) -> tuple[float, float]:
        # Halved first: the difference of two large numbers may be infinite.
        return self.greatest / 2 + self.least / 2, self.greatest / 2 - self.least / 2


@attrs.frozen
class CategoryColumn:
    """A column of categories, one value of a sample for each: 1 for the one that it has, -1 for all others.

    Attributes:
        name: from the header.
        categories: the different values, sorted.
    """

    name: str
    categories: tuple[Any, ...]

    @property
    def width(self) -> int:
        """How many values of a sample the column takes."""
        return len(self.categories)

    def index(self, values: Sequence[Any]) -> Array:
        """The number of each value's category, int32 `[N]`."""
        numbers = {category: number for number, category in enumerate(self.categories)}
        return np.array([numbers[value] for value in values], np.int32)

    def encode(self, values: Sequence[Any]) -> Array:
        """One-hot in -1 and 1, `[N, width]`."""
        encoded = np.full((len(values), self.width), -1.0, np.float32)
        encoded[np.arange(len(values)), self.index(values)] = 1.0
        return encoded

    def decode(self, encoded: Array) -> list[Any]:
        """The category whose value is the greatest, of each row of `[N, width]`."""
        return [self.categories[number] for number in encoded.argmax(axis=1)]


def fit_column(column: TextColumn, *, categorical: bool) -> tuple[NumberColumn | CategoryColumn, Sequence[Any]]:
    """Tells whether a column holds numbers or categories, and returns its encoding and its values.

    Args:
        column: as it stands in the file.
        categorical: whether numbers are categories too.

    Raises:
        DataError: a number is missing or infinite, or there are too many categories.
    """
    numbers = _numbers(column)
    if numbers is None:
        return _categories(column.name, column.cells), column.cells
    if categorical:
        return _categories(column.name, numbers), numbers
    decimals = None if isinstance(numbers[0], int) else max(map(_decimals, column.cells))
    return NumberColumn(column.name, float(min(numbers)), float(max(numbers)), decimals), numbers


def _categories(name: str, values: Sequence[Any]) -> CategoryColumn:
    categories = sorted(set(values))
    if len(categories) > MOST_CATEGORIES:
        raise DataError(
            f"column '{name}' has {len(categories)} different values, more than the {MOST_CATEGORIES} categories that "
            "are sensible; leave it out with leave_out=, or make it plain numbers"
        )
    return CategoryColumn(name, tuple(categories))


def _numbers(column: TextColumn) -> list[int] | list[float] | None:
    """The column's numbers, whole ones as `int`; `None` where some cell holds text.

    Raises:
        DataError: no cell holds text, but one holds no finite number.
    """
    others = [index for index, cell in enumerate(column.cells) if not _NUMBER.fullmatch(cell)]
    if len(others) == len(column.cells) or not all(_stands_for_a_number(column.cells[index]) for index in others):
        return None
    if others:
        cell, line = column.cells[others[0]], column.lines[others[0]]
        raise DataError(f"column '{column.name}' holds {cell!r} instead of a number on line {line}; {REMEDY}")
    values = [float(cell) for cell in column.cells]
    for value, line in zip(values, column.lines, strict=True):
        if not math.isfinite(value):
            raise DataError(f"column '{column.name}' holds a number too large on line {line}; {REMEDY}")
    if all(cell.lstrip("+-").isdigit() for cell in column.cells):
        return [int(cell) for cell in column.cells]
    return values


def _stands_for_a_number(cell: str) -> bool:
    return cell.lower() in MISSING or _INFINITE.fullmatch(cell) is not None


def _decimals(cell: str) -> int:
    exponent = Decimal(cell).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
