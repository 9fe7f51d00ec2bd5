"""Encodes the columns of a table as numbers that networks can generate, and decodes them."""

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
"""The greatest number of different values in a column of categories; each becomes a value of every sample."""

MISSING = frozenset({"?", "na", "n/a", "<na>", "#n/a", "nan", "null", "none", "-"})
"""Texts for a missing value in a column that otherwise holds numbers; in other columns they are categories."""

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)


@attrs.frozen
class NumberColumn:
    """A column of numbers, scaled so that its minimum becomes -1 and its maximum 1; a constant column becomes 0.

    Attributes:
        name: the column's name in the header.
        least: its minimum.
        greatest: its maximum.
        decimals: the greatest number of decimals in the file, or `None` if all numbers are integers.
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
        """Turns values `[N, 1]` back into numbers within the column's range, rounded to its number of decimals."""
        middle, half = self._scale
        numbers = np.clip(middle + half * encoded[:, 0].astype(np.float64), self.least, self.greatest)
        if self.decimals is None:
            return [round(number) for number in numbers.tolist()]
        return [round(number, self.decimals) + 0.0 for number in numbers.tolist()]  # + 0.0 turns -0.0 into 0.0

    @property
    def _scale(self) -> tuple[float, float]:
        # Halved first, because the difference of two large numbers can overflow.
        return self.greatest / 2 + self.least / 2, self.greatest / 2 - self.least / 2


@attrs.frozen
class CategoryColumn:
    """A column of categories, encoded as one value for each category: 1 for the row's own, -1 for the others.

    Attributes:
        name: the column's name in the header.
        categories: the different values, sorted.
    """

    name: str
    categories: tuple[Any, ...]

    @property
    def width(self) -> int:
        """The number of values that the column takes in a sample."""
        return len(self.categories)

    def index(self, values: Sequence[Any]) -> Array:
        """Returns the index of each value's category, int32 `[N]`."""
        numbers = {category: number for number, category in enumerate(self.categories)}
        return np.array([numbers[value] for value in values], np.int32)

    def encode(self, values: Sequence[Any]) -> Array:
        """Encodes values as one-hot rows of -1 and 1, `[N, width]`."""
        encoded = np.full((len(values), self.width), -1.0, np.float32)
        encoded[np.arange(len(values)), self.index(values)] = 1.0
        return encoded

    def decode(self, encoded: Array) -> list[Any]:
        """Returns the category with the greatest value in each row of `[N, width]`."""
        return [self.categories[number] for number in encoded.argmax(axis=1)]


def fit_column(column: TextColumn, *, categorical: bool) -> tuple[NumberColumn | CategoryColumn, Sequence[Any]]:
    """Finds out whether a column holds numbers or categories, and returns its encoding and its values.

    Args:
        column: the column as it is in the file.
        categorical: whether numbers count as categories.

    Raises:
        DataError: if a number is missing or infinite, or there are too many categories.
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
            f"column '{name}' has {len(categories)} different values, but at most {MOST_CATEGORIES} categories are "
            "supported; leave it out with leave_out=, or use plain numbers"
        )
    return CategoryColumn(name, tuple(categories))


def _numbers(column: TextColumn) -> list[int] | list[float] | None:
    """Returns the column's numbers, as `int` if all are integers, or `None` if a cell holds text.

    Raises:
        DataError: if no cell holds text, but one does not hold a finite number.
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
            raise DataError(f"column '{column.name}' holds a number on line {line} that is too large; {REMEDY}")
    if all(cell.lstrip("+-").isdigit() for cell in column.cells):
        return [int(cell) for cell in column.cells]
    return values


def _stands_for_a_number(cell: str) -> bool:
    return cell.lower() in MISSING or _INFINITE.fullmatch(cell) is not None


def _decimals(cell: str) -> int:
    exponent = Decimal(cell).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
