"""Turns the columns of a table into samples."""

from __future__ import annotations

import functools
import os
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import attrs
import numpy as np

from ganreg import Data, DataError, GanregWarning
from ganreg.lazy import lazy_module
from ganreg_datasets.splits import Array, held_out_mask
from ganreg_datasets.tables.category import CategoryEncoding
from ganreg_datasets.tables.cells import missing_cells
from ganreg_datasets.tables.encoding import CellError, Encoding
from ganreg_datasets.tables.inference import Decision
from ganreg_datasets.tables.reading import TextColumn, TextTable, no_cells
from ganreg_datasets.tables.state import Encodings

pa = lazy_module("pyarrow")

RANGE = (-1.0, 1.0)
"""The range of a sample's values."""

_MOST_THREADS = 8
_CHUNK = 4096
"""The number of rows that are encoded at a time; writing a large table column by column would be much slower."""


class Rows:
    """The rows of a table, whose text is let go as it is read.

    Args:
        table: the table; its own columns are let go at once.
        columns: the columns that are used.
    """

    def __init__(self, table: TextTable, columns: list[TextColumn]) -> None:
        self._table, self._columns = table, columns
        self._kept: Array | None = None
        table.columns.clear()

    def where(self, row: int) -> str:
        """Where a row is in the file, for messages."""
        return self._table.line(row if self._kept is None else int(self._kept[row]))

    def drop_missing(self) -> None:
        """Drops the rows in which a cell is empty.

        Raises:
            DataError: no row remains.
        """
        gaps = functools.reduce(np.logical_or, (missing_cells(one.cells, words=False) for one in self._columns))
        if gaps.all():
            raise DataError("has a missing value in every row, so missing=drop leaves none")
        if gaps.any():
            self._kept, kept = np.flatnonzero(~gaps), pa.array(~gaps)
            self._columns = [attrs.evolve(one, cells=one.cells.filter(kept)) for one in self._columns]

    def fit(self, decide: Callable[[TextColumn, TextTable], Decision], label: str) -> tuple[Encodings, list[Array]]:
        """Decides how the columns are encoded, and warns of what a user should know.

        Args:
            decide: decides on a column.
            label: the name of the label's column.

        Returns:
            The encodings, and each column as its encoding reads it.

        Raises:
            CellError: a column does not hold what the user says, or a row has no label.
            DataError: no encoding suits a column.
        """

        def decided(number: int) -> Decision:
            column = self._columns[number]
            self._columns[number] = attrs.evolve(column, cells=no_cells())
            return decide(column, self._table)

        with _threads() as threads:
            decisions = list(threads.map(decided, range(len(self._columns))))
        problems = [decision.problem for decision in decisions if decision.problem]
        if problems:
            raise DataError("; ".join(problems))
        for decision in decisions:
            if decision.warning:
                warnings.warn(decision.warning, GanregWarning, stacklevel=2)
        pairs = [(one.encoding, one.values) for one in decisions if one.encoding is not None and one.values is not None]
        for encoding, values in pairs:
            if encoding.name == label:
                _refuse_missing_labels(encoding, values)
        return Encodings([encoding for encoding, _ in pairs], label), [values for _, values in pairs]

    def read(self, encodings: Encodings) -> tuple[Encodings, list[Array]]:
        """Reads the columns as they were encoded before, and returns the encodings with them.

        Raises:
            CellError: a cell is not one that its encoding knows.
            DataError: there is no such column.
        """
        present = {column.name: column for column in self._columns}
        for encoding in encodings.columns:
            if encoding.name not in present:
                raise DataError(f"has no column '{encoding.name}', which the run was trained on")
        return encodings, [encoding.read(present[encoding.name]) for encoding in encodings.columns]


def _refuse_missing_labels(encoding: Encoding, values: Array) -> None:
    if isinstance(encoding, CategoryEncoding) and "" in encoding.categories:
        row = int(np.argmax(values == encoding.categories.index("")))
        raise CellError(encoding.name, row, "", "a class (missing=drop leaves such rows out)")


def encoded(encodings: Encodings, values: list[Array], test_share: float, seed: int) -> Data:
    """Encodes columns as samples, of which a share is held out.

    Args:
        encodings: the encodings.
        values: each column as its encoding reads it; the list is emptied.
        test_share: the share of each class that is held out.
        seed: random seed of the choice.
    """
    rows, labels = len(values[0]), None
    for encoding, read in zip(encodings.columns, values, strict=True):
        if encoding.name == encodings.label:
            labels = read.astype(np.int32)
    held_out = held_out_mask(np.zeros(rows, np.int8) if labels is None else labels, test_share, seed)
    train, test = _parts(encodings, values, held_out)
    values.clear()
    has_test = bool(held_out.any())
    return Data(
        train=train,
        test=test if has_test else None,
        train_labels=None if labels is None else labels[~held_out],
        test_labels=None if labels is None or not has_test else labels[held_out],
        value_range=RANGE,
        class_names=() if encodings.labels is None else encodings.labels.categories,
        blocks=encodings.blocks,
        conditions=encodings.conditions,
    )


def _parts(encodings: Encodings, values: Sequence[Array], held_out: Array) -> tuple[Array, Array]:
    count = int(held_out.sum())
    train = np.empty((len(held_out) - count, encodings.width), np.float32)
    test = np.empty((count, encodings.width), np.float32)
    used, start = [], 0
    for column, read in zip(encodings.columns, values, strict=True):
        if column.name != encodings.label:
            used.append((column, read, slice(start, start + column.width)))
            start += column.width
    before = np.concatenate([[0], held_out.cumsum()])  # the number of held-out rows before each row

    def encode(first: int) -> None:
        chunk = slice(first, first + _CHUNK)
        samples = np.full((len(held_out[chunk]), encodings.width), -1.0, np.float32)
        for column, read, place in used:
            column.encode_into(samples[:, place], read[chunk])
        some = samples[held_out[chunk]]
        test[before[first] : before[first] + len(some)] = some
        others = samples[~held_out[chunk]]
        train[first - before[first] : first - before[first] + len(others)] = others

    with _threads() as threads:
        list(threads.map(encode, range(0, len(held_out), _CHUNK)))
    return train, test


def _threads() -> ThreadPoolExecutor:
    """Threads for columns and chunks of rows; Arrow, numpy and scikit-learn work outside of Python's lock."""
    return ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1))
