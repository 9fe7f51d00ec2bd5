"""Wishes: what the rows of a generated table shall satisfy, such as `fraud=yes` or `age>=40`."""

from __future__ import annotations

import datetime as dates
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from ganreg.data.columns import Column, Table
from ganreg.errors import DataError, did_you_mean

Array = npt.NDArray[Any]

_SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "!=": operator.ne,
    "=": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}
_WISH = re.compile(r"(?P<column>.+?)\s*(?P<sign>>=|<=|!=|==|=|>|<)\s*(?P<value>.*)", re.DOTALL)


@attrs.frozen
class Wish:
    """A comparison of a column with a value.

    Attributes:
        column: the column's name.
        sign: one of `=`, `!=`, `<`, `<=`, `>` and `>=`.
        value: the value as text; empty for a missing one.
    """

    column: str
    sign: str
    value: str

    @classmethod
    def of(cls, text: str) -> Wish:
        """Reads a wish such as `age>=40`.

        Raises:
            DataError: it is not a comparison.
        """
        found = _WISH.fullmatch(text.strip()) if isinstance(text, str) else None
        if found is None:
            raise DataError(f"{text!r} does not compare a column with a value; write it like fraud=yes or age>=40")
        sign = "=" if found["sign"] == "==" else found["sign"]
        return cls(found["column"], sign, found["value"])

    def __str__(self) -> str:
        return f"{self.column}{self.sign}{self.value}"

    def column_in(self, columns: Sequence[Column]) -> int:
        """The place of the wish's column.

        Raises:
            DataError: there is no such column, or its values cannot be compared in this way.
        """
        names = [column.name for column in columns]
        if self.column not in names:
            raise DataError(
                f"no column '{self.column}' is generated, so {self} cannot be asked for; "
                f"{did_you_mean(self.column, names)}"
            )
        place = names.index(self.column)
        self._compared(columns[place])
        return place

    def fits(self, table: Table) -> Array:
        """Which rows of a table satisfy the wish, bool `[N]`.

        Raises:
            DataError: as for `column_in`.
        """
        place = self.column_in(table.columns)
        values, wanted = table.values[:, place], self._compared(table.columns[place])
        absent = np.isnan(values)
        if wanted is None:
            missing: Array = absent if self.sign == "=" else ~absent
            return missing
        # A missing value is not equal to anything, and neither greater nor less.
        fitting: Array = np.where(absent, self.sign == "!=", _SIGNS[self.sign](values, wanted))
        return fitting.astype(np.bool_)

    def _compared(self, column: Column) -> float | None:
        """The value as the table has it; `None` for a missing one."""
        if self.value == "" and (self.sign in ("=", "!=")) and "" not in column.labels:
            return None
        if column.is_category:
            return float(self._category(column))
        if column.kind == "date":
            return _seconds(self.value, self)
        try:
            return float(self.value)
        except ValueError:
            raise DataError(f"column '{column.name}' holds numbers, which '{self.value}' is not") from None

    def _category(self, column: Column) -> int:
        if self.sign not in ("=", "!="):
            problem = f"column '{column.name}' holds categories, which have no order"
            raise DataError(f"{problem}; use = or != instead of {self.sign}")
        if self.value not in column.labels:
            raise DataError(
                f"column '{column.name}' has no category '{self.value}'; {did_you_mean(self.value, column.labels)}"
            )
        return column.labels.index(self.value)


def as_wishes(values: str | Iterable[str | Wish]) -> tuple[Wish, ...]:
    """Wishes from one text or several.

    Raises:
        DataError: one of them is not a comparison.
    """
    several = [values] if isinstance(values, str) else values
    return tuple(one if isinstance(one, Wish) else Wish.of(one) for one in several)


def all_fit(wishes: Iterable[Wish], table: Table) -> Array:
    """Which rows of a table satisfy all wishes, bool `[N]`.

    Raises:
        DataError: as for `Wish.column_in`.
    """
    fitting = np.ones(len(table.values), np.bool_)
    for wish in wishes:
        fitting &= wish.fits(table)
    return fitting


def _seconds(text: str, wish: Wish) -> float:
    """A date as seconds since 1970."""
    try:
        moment = dates.datetime.fromisoformat(text)
    except ValueError:
        raise DataError(f"column '{wish.column}' holds dates, which '{text}' is not; write 2024-12-31") from None
    return moment.replace(tzinfo=moment.tzinfo or dates.UTC).timestamp()
