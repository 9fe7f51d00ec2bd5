"""Which columns of a table are used, as the user and the header say."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence

import attrs
import numpy as np

from ganreg import DataError, GanregWarning
from ganreg_datasets.tables.cells import NotNumbersError, read_numbers
from ganreg_datasets.tables.inference import Kind
from ganreg_datasets.tables.reading import TextColumn, TextTable

_INDEX_NAMES = re.compile(r"(Unnamed: [0-9.]+)?|__index_level_[0-9]+__")
"""How pandas names an index that it writes."""


@attrs.frozen
class Choices:
    """What a user has decided about columns.

    Attributes:
        asked: the names of the columns that are to be of a kind.
        leave_out: the names of columns to leave out.
        label: the name of the label's column; empty without labels.
    """

    asked: Mapping[Kind, Sequence[str]]
    leave_out: Sequence[str] = ()
    label: str = ""

    def kind_of(self, name: str) -> Kind | None:
        """The kind that the user asks for; `None` to infer it."""
        return next((kind for kind, names in self.asked.items() if name in names), None)

    @property
    def named(self) -> Iterator[tuple[str, str]]:
        """Each parameter with each column that it names."""
        if self.label:
            yield "label", self.label
        for kind, names in self.asked.items():
            yield from ((kind, name) for name in names)
        yield from (("leave_out", name) for name in self.leave_out)


def chosen_columns(table: TextTable, choices: Choices) -> list[TextColumn]:
    """The columns that are used; without an index that pandas wrote, of which a note is given.

    Raises:
        DataError: a column that is named does not exist, is named twice, or has no name in the header.
    """
    columns = _named(table.columns, choices)
    _refuse_unknown([column.name for column in columns], choices)
    used = [column for column in columns if column.name not in choices.leave_out]
    if not used:
        raise DataError("has no columns other than those that are left out")
    return used


def _named(columns: Sequence[TextColumn], choices: Choices) -> list[TextColumn]:
    """The columns, of which one without a name is called as pandas calls it."""
    named = []
    mentioned = {name for _, name in choices.named}
    for position, column in enumerate(columns):
        name = column.name or ("" if "" in mentioned else f"Unnamed: {position}")
        if name in mentioned:
            named.append(attrs.evolve(column, name=name))
        elif (position == 0 or column.name) and _INDEX_NAMES.fullmatch(column.name) and _counts_rows(column):
            what = f"'{name}'" if column.name else f"{position + 1}, which has no name,"
            warnings.warn(
                f"column {what} numbers the rows and is left out; give leave_out=[{name}] to confirm",
                GanregWarning,
                stacklevel=2,
            )
        elif not column.name:
            raise DataError(
                f"has no name for column {position + 1} in its header; name the column, or leave it out: "
                f"leave_out=[{name}]"
            )
        else:
            named.append(column)
    return named


def _counts_rows(column: TextColumn) -> bool:
    try:
        numbers = read_numbers(column.cells)
    except NotNumbersError:
        return False
    return numbers.decimals is None and bool((np.diff(numbers.values) == 1).all())


def _refuse_unknown(names: Sequence[str], choices: Choices) -> None:
    seen: dict[str, str] = {}
    for parameter, name in choices.named:
        if name not in names:
            known = ", ".join(names)
            raise DataError(f"has no column '{name}', which {parameter}= names; its columns are {known}")
        if seen.setdefault(name, parameter) != parameter:
            raise DataError(f"{seen[name]}= and {parameter}= both name the column '{name}'")
