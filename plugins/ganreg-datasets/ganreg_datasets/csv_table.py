"""The dataset `csv`: the user's own table."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from attrs import validators

from ganreg import Data, DataError, Dataset, DataSpec, parameter
from ganreg_datasets.csv_columns import CategoryColumn, NumberColumn, fit_column
from ganreg_datasets.csv_reading import TextColumn, read_columns
from ganreg_datasets.files import expand
from ganreg_datasets.splits import Array, held_out_mask


@attrs.frozen(eq=False)
class Table:
    """A file's rows as samples, and the encoding that turns samples back into rows.

    Attributes:
        path: the file.
        order: the names of the used columns, in the file's order.
        columns: the columns of the samples, in the file's order.
        samples: float32 `[N, width]` in -1..1.
        label: the column of the labels, or `None`.
        labels: int32 `[N]`, or `None`.
    """

    path: Path
    order: tuple[str, ...]
    columns: tuple[NumberColumn | CategoryColumn, ...]
    samples: Array
    label: CategoryColumn | None = None
    labels: Array | None = None


def _one_character(instance: CsvTable, attribute: attrs.Attribute[Any], value: str) -> None:
    if len(value) != 1 or value in '"\r\n':
        raise ValueError(f"'{attribute.name}' must be one character other than a quotation mark, got {value!r}")


@attrs.frozen(kw_only=True)
class CsvTable(Dataset):
    """Rows of a CSV file whose first row names the columns; each row becomes a sample of numbers in -1..1.

    - A column of numbers becomes one value, scaled so that the column's minimum in the whole file is -1 and its maximum
      1. A constant column becomes 0.
    - Any other column (text, true and false) becomes one value for each of its different cells: 1 for the row's own, -1
      for the others. `categorical` names columns of numbers that are treated in the same way, such as codes.
    - `label` names the column of the classes, which are numbered in sorted order; it is not part of the samples.

    The held-out part contains the same share of every class. Missing values are refused. `columns` turns samples back
    into a table: the same columns in the same order, numbers in their own unit and range with at most as many decimals
    as in the file, and for categories the one with the greatest value.
    """

    path: Path | None = parameter(None, "the file, in UTF-8; required")
    label: str = parameter("", "the column of the classes; empty for no labels")
    categorical: tuple[str, ...] = parameter((), "columns of numbers to treat as categories")
    leave_out: tuple[str, ...] = parameter((), "columns to leave out")
    delimiter: str = parameter(",", "the character between cells", _one_character)
    test_share: float = parameter(
        0.2, "share of each class that is held out; 0 for none", validators.ge(0), validators.lt(1)
    )
    seed: int = parameter(0, "random seed for the choice of held-out rows", validators.ge(0))

    def spec(self) -> DataSpec:
        """Describes one sample; each instance reads the file once.

        Raises:
            DataError: as for `load`.
        """
        table = self._table
        classes = table.label.width if table.label else None
        return DataSpec(table.samples.shape[1:], num_classes=classes, value_range=(-1.0, 1.0))

    def load(self) -> Data:
        """Returns the samples; each instance reads the file once.

        Raises:
            DataError: if there is no `path`, the file is missing or broken, a named column does not exist, a value is
                missing, or a text column has too many different values. The message names the file, and the column
                and line if they are known.
        """
        table = self._table
        labels = table.labels
        groups = np.zeros(len(table.samples), np.int32) if labels is None else labels
        held_out = held_out_mask(groups, self.test_share, self.seed)
        has_test = bool(held_out.any())
        return Data(
            train=table.samples[~held_out],
            test=table.samples[held_out] if has_test else None,
            train_labels=None if labels is None else labels[~held_out],
            test_labels=None if labels is None or not has_test else labels[held_out],
            value_range=(-1.0, 1.0),
            class_names=tuple(map(str, table.label.categories)) if table.label else (),
        )

    def columns(self, samples: np.ndarray, labels: np.ndarray | None = None) -> Mapping[str, Sequence[Any]]:
        """Turns samples back into the file's columns; each instance reads the file once.

        Args:
            samples: `[N, width]`.
            labels: int `[N]`. Without them, or if the file has no labels, the label column is left out.

        Raises:
            DataError: if the file is missing or broken, or if samples or labels do not match the table.
        """
        table = self._table
        values = np.asarray(samples)
        width = table.samples.shape[1]
        if values.ndim != 2 or values.shape[1] != width:
            raise DataError(
                f"samples have shape {values.shape[1:]}, but the columns of {table.path} need ({width},); "
                "use the file that the generator was trained on"
            )
        if not np.isfinite(values).all():
            raise DataError("samples contain NaN or infinity, which a table cannot hold")
        starts = np.cumsum([column.width for column in table.columns])[:-1]
        parts = np.split(values, starts, axis=1)
        decoded = {column.name: column.decode(part) for column, part in zip(table.columns, parts, strict=True)}
        if table.label is not None and labels is not None:
            decoded[table.label.name] = _class_values(table.label, labels, len(values))
        return {name: decoded[name] for name in table.order if name in decoded}

    @functools.cached_property
    def _table(self) -> Table:
        if not self.path:
            raise DataError("dataset 'csv' needs a file, such as csv:path=table.csv")
        path = expand(self.path)
        stored = read_columns(path, self.delimiter)
        try:
            return self._encode(path, stored)
        except DataError as error:
            raise DataError(f"{path}: {error}") from error

    def _encode(self, path: Path, stored: Sequence[TextColumn]) -> Table:
        self._refuse_unknown([column.name for column in stored])
        used = [column for column in stored if column.name not in self.leave_out]
        label, labels = None, None
        pieces, columns = [], []
        for text in used:
            is_label = text.name == self.label
            column, values = fit_column(text, categorical=is_label or text.name in self.categorical)
            if is_label and isinstance(column, CategoryColumn):
                label, labels = column, column.index(values)
            else:
                columns.append(column)
                pieces.append(column.encode(values).astype(np.float32))
        if not columns:
            raise DataError("has no columns other than the label and those that are left out")
        order = tuple(column.name for column in used)
        return Table(path, order, tuple(columns), np.concatenate(pieces, axis=1), label, labels)

    def _refuse_unknown(self, names: Sequence[str]) -> None:
        given = [("label", self.label)] if self.label else []
        given += [("categorical", name) for name in self.categorical] + [("leave_out", name) for name in self.leave_out]
        for field, name in given:
            if name not in names:
                raise DataError(f"has no column '{name}', which {field}= names; its columns are {', '.join(names)}")
        if self.label in self.leave_out and self.label:
            raise DataError(f"label= and leave_out= both name the column '{self.label}'")


def _class_values(label: CategoryColumn, labels: Array, count: int) -> list[Any]:
    numbers = np.asarray(labels)
    if numbers.shape != (count,) or numbers.min() < 0 or numbers.max() >= label.width:
        raise DataError(f"labels must be one class number from 0 to {label.width - 1} for each of {count} samples")
    return [label.categories[number] for number in numbers]
