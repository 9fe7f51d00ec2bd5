"""Columns of text as numbers."""

from __future__ import annotations

import functools
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import attrs
import numpy as np

from ganreg.lazy import lazy_module
from ganreg_datasets.splits import Array

if TYPE_CHECKING:
    import pyarrow as pa
else:
    pa = lazy_module("pyarrow")

pc = lazy_module("pyarrow.compute")

MISSING = ("?", "na", "n/a", "<na>", "#n/a", "nan", "nat", "null", "none", "-")
"""Texts that stand for a missing value in a column of numbers or dates; in other columns they are categories."""

_LONGEST = max(map(len, MISSING))
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?$"
_COMMA_NUMBER = r"^[+-]?([0-9]+,?[0-9]*|,[0-9]+)([eE][+-]?[0-9]{1,4})?$"


class NotNumbersError(ValueError):
    """A cell is neither a number nor missing.

    Attributes:
        row: the row of the first such cell.
    """

    def __init__(self, row: int, cell: str) -> None:
        super().__init__(cell)
        self.row, self.cell = row, cell


@attrs.frozen(eq=False)
class Numbers:
    """A column of numbers.

    Attributes:
        values: float64 `[N]`, NaN where the value is missing.
        decimals: the greatest number of decimals; `None` if all numbers are integers.
        missing: the text that most often stands for a missing value, or `None` if none is missing.
        decimal: the decimal sign, `"."` or `","`.
    """

    values: Array
    decimals: int | None
    missing: str | None
    decimal: str = "."


def missing_cells(cells: pa.StringArray, *, words: bool) -> Array:
    """Marks missing cells, booleans `[N]`: the empty ones.

    Args:
        cells: the cells.
        words: whether texts such as `NA` count as well.
    """
    lengths = pc.binary_length(cells).to_numpy(zero_copy_only=False)
    missing: Array = lengths == 0
    short = np.flatnonzero(~missing & (lengths <= _LONGEST)) if words else ()
    if len(short):
        missing[short] = as_mask(pc.is_in(pc.utf8_lower(cells.take(pa.array(short))), value_set=_missing_words()))
    return missing


def commonest(cells: pa.StringArray, chosen: Array) -> str | None:
    """The text that occurs most often among the chosen cells, or `None` if there are none."""
    if not chosen.any():
        return None
    counted = pc.value_counts(cells.filter(pa.array(chosen)))
    best = int(np.argmax(counted.field(1).to_numpy()))
    return cast(str, counted.field(0)[best].as_py())


def read_numbers(cells: pa.StringArray, *, comma: bool = False) -> Numbers:
    """Reads cells as numbers.

    Args:
        cells: trimmed text.
        comma: whether the decimal sign is a comma. Defaults to `False`.

    Raises:
        NotNumbersError: a cell is neither a finite number nor missing.
    """
    text = pc.replace_substring(cells, ",", ".") if comma else cells
    blank = as_mask(pc.equal(cells, ""))
    values = _cast(text, blank)
    if values is None or not np.isfinite(values[~blank]).all():
        good = as_mask(pc.match_substring_regex(cells, _COMMA_NUMBER if comma else _NUMBER))
        blank = missing_cells(cells, words=True) & ~good
        _refuse_others(cells, ~good & ~blank)
        values = _cast(pc.utf8_ltrim(text, "+"), blank)
        if values is None:
            values = np.array(
                [float(cell) if not gap else np.nan for cell, gap in zip(text.to_pylist(), blank, strict=True)]
            )
        _refuse_others(cells, np.isinf(values))
    numbers = text.filter(pa.array(~blank)) if blank.any() else text
    decimals = _decimals(numbers)
    missing = commonest(cells, blank)
    return Numbers(values, decimals, missing, "," if comma else ".")


def first_stray(cells: pa.StringArray) -> NotNumbersError | None:
    """Returns the first cell that is not a finite number, if at least nine in ten of the cells are numbers.

    Args:
        cells: trimmed text, which is not all numbers.
    """
    good = as_mask(pc.match_substring_regex(cells, f"{_NUMBER}|{_COMMA_NUMBER}"))
    powers = np.flatnonzero(good & as_mask(pc.match_substring_regex(cells, "[eE]")))
    good[[row for row in powers if np.isinf(float(cells[int(row)].as_py().replace(",", ".")))]] = False
    strays = ~good & ~missing_cells(cells, words=True)
    if not strays.any() or good.sum() < 9 * strays.sum():
        return None
    row = int(np.flatnonzero(strays)[0])
    return NotNumbersError(row, cells[row].as_py())


def is_infinite(cell: str) -> bool:
    """Whether a cell stands for an infinite number, or for one that is too large."""
    try:
        return bool(np.isinf(float(cell.replace(",", "."))))
    except ValueError:
        return False


def has_leading_zeros(cells: pa.StringArray) -> bool:
    """Whether a number is written with zeros in front, as codes are: `007`."""
    starts = [pc.starts_with(cells, start) for start in ("0", "-0", "+0")]  # much faster than the expression
    likely = cells.filter(pc.or_(pc.or_(starts[0], starts[1]), starts[2]))
    return _any(pc.match_substring_regex(likely, r"^[+-]?0[0-9]"))


def plain_values(texts: list[str]) -> list[Any]:
    """Texts as values: as integers or floats if each is written as Python writes it; `None` for empty ones."""
    present = [text for text in texts if text]
    for kind in (int, float):
        if present and all(_canonical(text, kind) for text in present):
            return [kind(text) if text else None for text in texts]
    return [text or None for text in texts]


def _canonical(text: str, kind: type) -> bool:
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return False
    try:
        return str(kind(text)) == text
    except ValueError:
        return False


def as_mask(values: Any) -> Array:
    """An Arrow array of booleans without nulls as numpy has it."""
    mask: Array = values.to_numpy(zero_copy_only=False)
    return mask


def _any(values: Any) -> bool:

    return bool(pc.any(values).as_py())


@functools.cache
def _missing_words() -> Any:

    return pa.array(MISSING)


def _cast(text: Any, blank: Array) -> Array | None:

    if blank.any():
        text = pc.if_else(pa.array(blank), pa.scalar(None, pa.string()), text)
    try:
        values: Array = pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    return values


def _refuse_others(cells: Any, others: Array) -> None:
    if others.any():
        row = int(np.flatnonzero(others)[0])
        raise NotNumbersError(row, cells[row].as_py())


def _decimals(numbers: Any) -> int | None:
    """The greatest number of decimals; `None` if there is neither a decimal sign nor an exponent."""
    exponents = pc.or_(pc.match_substring(numbers, "e"), pc.match_substring(numbers, "E"))
    points = pc.find_substring(numbers, ".")
    if not _any(exponents):
        after = pc.subtract(pc.subtract(pc.binary_length(numbers), points), 1)
        last = pc.max(pc.if_else(pc.equal(points, -1), -1, after)).as_py()
        return None if last is None or last < 0 else last
    return max((_decimals_of(number) for number in numbers.to_pylist()), default=None)


def _decimals_of(number: str) -> int:
    exponent = Decimal(number).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
