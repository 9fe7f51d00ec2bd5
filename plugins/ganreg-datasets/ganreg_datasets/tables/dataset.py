"""The dataset `csv`: the user's own table."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self

import attrs
import numpy as np
from attrs import validators

from ganreg import ColumnSummary, Data, DataError, Dataset, DataSpec, Table, parameter
from ganreg_datasets.files import expand
from ganreg_datasets.splits import Array
from ganreg_datasets.tables.choosing import Choices, chosen_columns
from ganreg_datasets.tables.conditions import with_conditions
from ganreg_datasets.tables.dates import described
from ganreg_datasets.tables.delimiters import delimiter_of
from ganreg_datasets.tables.encoding import CellError
from ganreg_datasets.tables.inference import Decision, Kind, Rules, decide
from ganreg_datasets.tables.loading import RANGE, Rows, encoded
from ganreg_datasets.tables.numbers import table_of
from ganreg_datasets.tables.reading import TextColumn, TextTable, read_table
from ganreg_datasets.tables.state import Encodings
from ganreg_datasets.tables.summary import summary_of


def _delimiter(instance: Any, attribute: attrs.Attribute[Any], value: str) -> None:
    delimiter_of(value)


def _date_format(instance: Any, attribute: attrs.Attribute[Any], value: str) -> None:
    if value:
        described(value)


@attrs.frozen(kw_only=True)
class CsvTable(Dataset):
    """Rows of a table whose columns have names; each row becomes a sample of numbers in -1..1.

    Every column has an encoding, which is inferred, shown by `ganreg inspect FILE.csv`, and can be chosen:

    - `numeric` and `integer`: the mode that a number belongs to, as one value for each mode, and its place within the
      mode. A value that many rows share, such as 0, is a mode of its own; the others are those of a mixture of normal
      distributions (arXiv:1907.00503, section 4.2). With at most 20 different values, each is a mode.
    - `category`: one value for each category: 1 for the row's own, -1 for the others. Categories are kept as they are
      written, with zeros in front. Yes and no, true and false, 0 and 1 are categories as well.
    - `date`: like numbers, and written in the format of the file.
    - `id`: left out of the samples; generated rows get new ones.

    Columns that are the same in all rows take no values. A missing value is a state of its own. `label` names the
    column of the classes, which are numbered in sorted order; it is not part of the samples. The held-out part contains
    the same share of every class.

    `conditions` names columns of which each category is a class, so that a row belongs to one class of each column
    (arXiv:1907.00503, section 4.3). They remain part of the samples. Batches draw a condition, a category of it in
    proportion to the logarithm of its frequency, and a row of that category, so that rare ones are learnt as well.

    `columns` turns samples back into a table: the same columns in the same order, numbers in their own unit and range
    with at most as many decimals as in the file. The encodings are kept in a run's folder, so that this needs no file.
    """

    path: Path | None = parameter(None, "the file: CSV in UTF-8, or Parquet; required")
    label: str = parameter("", "the column of the classes; empty for no labels")
    conditions: tuple[str, ...] = parameter(
        (), "columns to generate rows by: their categories are the classes; all for every column of categories"
    )
    numeric: tuple[str, ...] = parameter((), "columns to treat as numbers")
    integer: tuple[str, ...] = parameter((), "columns to treat as integers")
    category: tuple[str, ...] = parameter((), "columns to treat as categories, such as codes")
    date: tuple[str, ...] = parameter((), "columns to treat as dates or times")
    id: tuple[str, ...] = parameter((), "columns that identify rows, which are made anew")
    leave_out: tuple[str, ...] = parameter((), "columns to leave out")
    missing: Literal["keep", "drop"] = parameter("keep", "keep rows with missing values, or drop them")
    most_modes: int = parameter(
        10,
        "the greatest number of normal distributions for a column; 0 to scale columns by their range",
        validators.ge(0),
    )
    most_categories: int = parameter(1000, "the greatest number of categories of a column", validators.ge(2))
    many: Literal["refuse", "fold"] = parameter(
        "refuse", "refuse a column of more categories, or fold the rarest into one"
    )
    delimiter: str = parameter("", "the character between cells, or tab; empty to recognise it", _delimiter)
    decimal: Literal["auto", ".", ","] = parameter("auto", "the decimal sign; auto to recognise it")
    date_format: str = parameter("", "the format of dates, such as %d.%m.%Y; empty to recognise it", _date_format)
    test_share: float = parameter(
        0.2, "share of each class that is held out; 0 for none", validators.ge(0), validators.lt(1)
    )
    seed: int = parameter(0, "random seed for the choice of held-out rows", validators.ge(0))
    categorical: tuple[str, ...] = parameter((), "the former name of category")
    _encodings: Encodings | None = attrs.field(default=None, init=False, eq=False, repr=False)

    def spec(self) -> DataSpec:
        """Describes one sample; reads the file unless a run's folder has the encodings.

        Raises:
            DataError: as for `load`.
        """
        encodings = self._encodings or self._table[0]
        classes = None if encodings.labels is None else len(encodings.labels.categories)
        blocks, conditions = encodings.blocks, encodings.conditions
        return DataSpec((encodings.width,), classes, RANGE, blocks=blocks, conditions=conditions)

    def load(self) -> Data:
        """Returns the samples; each instance reads the file once.

        Raises:
            DataError: if there is no `path`, the file is missing or broken, a named column does not exist, or a column
                cannot be encoded. The message names the file, and the column and line if they are known.
        """
        return self._table[1]

    def fitted_state(self) -> Mapping[str, Any]:
        """Returns the encodings; each instance reads the file once.

        Raises:
            DataError: as for `load`.
        """
        return (self._encodings or self._table[0]).as_plain()

    def with_state(self, state: Mapping[str, Any]) -> Self:
        """Returns the dataset with the encodings of a training, which then apply to the file as well.

        Raises:
            DataError: the state is something else.
        """
        fitted = attrs.evolve(self)
        object.__setattr__(fitted, "_encodings", Encodings.of_plain(state))
        return fitted

    def columns(self, samples: np.ndarray, labels: np.ndarray | None = None) -> Mapping[str, Sequence[Any]]:
        """Turns samples back into the table's columns; reads the file unless a run's folder has the encodings.

        Args:
            samples: `[N, width]`.
            labels: int `[N]`. Without them, or if the file has no labels, the label column is left out.

        Raises:
            DataError: if samples or labels do not match the table, or as for `load`.
        """
        encodings, values = self._decodable(samples)
        decoded, start = {}, 0
        for column in encodings.columns:
            if column.name != encodings.label:
                decoded[column.name] = column.decode(values[:, start : start + column.width])
                start += column.width
            elif labels is not None and encodings.labels is not None:
                decoded[column.name] = encodings.labels.written(_classes(labels, len(values), encodings))
        return decoded

    def table(self, samples: np.ndarray, labels: np.ndarray | None = None) -> Table:
        """Turns samples into a table of numbers without ids and constants; reads the file as `columns` does.

        Args:
            samples: `[N, width]`.
            labels: int `[N]`. Without them, or if the file has no labels, the label column is left out.

        Raises:
            DataError: as for `columns`.
        """
        encodings, values = self._decodable(samples)
        has_classes = labels is not None and encodings.labels is not None
        return table_of(encodings, values, _classes(labels, len(values), encodings) if has_classes else None)

    def _decodable(self, samples: np.ndarray) -> tuple[Encodings, Array]:
        """The encodings, and the samples, which match them."""
        encodings = self._encodings or self._table[0]
        values = np.asarray(samples)
        if values.ndim != 2 or values.shape[1] != encodings.width:
            raise DataError(
                f"samples have shape {values.shape[1:]}, but the columns of {self.path} need ({encodings.width},); "
                "use the file that the generator was trained on"
            )
        if not np.isfinite(values).all():
            raise DataError("samples contain NaN or infinity, which a table cannot hold")
        return encodings, values

    def summarize(self) -> list[ColumnSummary]:
        """Describes the columns and their encodings, those that cannot be encoded included.

        Raises:
            DataError: the file is missing or broken, or a named column does not exist.
        """
        table = self._read()
        return [summary_of(column, self._explained(column, table)) for column in self._chosen(table)]

    def _explained(self, column: TextColumn, table: TextTable) -> Decision:
        """What is decided for a column; a problem where it does not hold what the user says."""
        try:
            return self._decided(column, table)
        except CellError as error:
            problem = f"{error.cell!r} {table.line(error.row)} is not {error.wanted}"
            return Decision(None, None, self._choices.kind_of(column.name) or "text", problem=problem)

    @functools.cached_property
    def _table(self) -> tuple[Encodings, Data]:
        table = self._read()
        rows = Rows(table, self._chosen(table))
        try:
            if self.missing == "drop":
                rows.drop_missing()
            encodings, values = rows.read(self._encodings) if self._encodings else rows.fit(self._decided, self.label)
            if not self._encodings:
                encodings = with_conditions(encodings, self.conditions)
            if not encodings.width:
                raise DataError("has no columns to learn: only the label, constants, ids and columns that are left out")
            return encodings, encoded(encodings, values, self.test_share, self.seed)
        except CellError as error:
            raise DataError(
                f"{table.path}: column '{error.column}' holds {error.cell!r} {rows.where(error.row)} instead of "
                f"{error.wanted}; correct the cell, or choose another encoding for the column (see `ganreg inspect`)"
            ) from error
        except DataError as error:
            raise DataError(f"{table.path}: {error}") from error

    def _read(self) -> TextTable:
        if not self.path:
            raise DataError("dataset 'csv' needs a file, such as csv:path=table.csv")
        return read_table(expand(self.path), delimiter_of(self.delimiter))

    def _chosen(self, table: TextTable) -> list[TextColumn]:
        try:
            return chosen_columns(table, self._choices)
        except DataError as error:
            raise DataError(f"{table.path}: {error}") from error

    @property
    def _choices(self) -> Choices:
        asked: dict[Kind, tuple[str, ...]] = {
            "numeric": self.numeric,
            "integer": self.integer,
            "category": (*self.category, *self.categorical),
            "date": self.date,
            "id": self.id,
        }
        return Choices(asked, self.leave_out, self.label)

    def _decided(self, column: TextColumn, table: TextTable) -> Decision:
        comma = {"auto": None if table.delimiter not in ("", ",") else False, ".": False, ",": True}[self.decimal]
        rules = Rules(
            most_modes=self.most_modes,
            most_categories=self.most_categories,
            fold=self.many == "fold" and column.name != self.label,
            comma=comma,
            form=described(self.date_format) if self.date_format else None,
        )
        return decide(column, rules, "category" if column.name == self.label else self._choices.kind_of(column.name))


def _classes(labels: Array | None, count: int, encodings: Encodings) -> Array:
    numbers, classes = np.asarray(labels), len(encodings.labels.categories) if encodings.labels else 0
    if numbers.shape != (count,) or numbers.min() < 0 or numbers.max() >= classes:
        raise DataError(f"labels must be one class number from 0 to {classes - 1} for each of {count} samples")
    return numbers
