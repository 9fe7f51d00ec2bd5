"""Reading CSV files into columns of text."""

from __future__ import annotations

import csv
from pathlib import Path

import attrs

from ganreg import DataError
from ganreg_datasets.files import reading


@attrs.frozen
class TextColumn:
    """One column as it is in the file.

    Attributes:
        name: its name in the header.
        cells: its cells without surrounding white space; none is empty.
        lines: the line of the file on which each cell's row ends.
    """

    name: str
    cells: tuple[str, ...]
    lines: tuple[int, ...]


def read_columns(path: Path, delimiter: str) -> list[TextColumn]:
    """Reads a CSV file whose first row names the columns.

    Args:
        path: the file, in UTF-8.
        delimiter: the character between cells.

    Raises:
        DataError: if the file is missing or broken, a name is missing or occurs twice, a row has more or fewer cells
            than the header, a cell is empty, or there are no rows. The message names the file.
    """
    with reading(path, "save it as CSV in UTF-8"), path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            header = tuple(name.strip() for name in next(reader, ()))
            _check_header(header)
            rows = [(reader.line_num, _stripped(row, header, reader.line_num)) for row in reader if row]
        except csv.Error as error:
            raise DataError(f"line {reader.line_num} is broken: {error}; correct it, or save the file again") from error
        if not rows:
            raise DataError("has a header but no rows")
    lines = tuple(line for line, _ in rows)
    columns = zip(*(row for _, row in rows), strict=True)
    return [TextColumn(name, cells, lines) for name, cells in zip(header, columns, strict=True)]


def _check_header(header: tuple[str, ...]) -> None:
    if not header:
        raise DataError("is empty; the first row must name the columns")
    for position, name in enumerate(header, start=1):
        if not name:
            raise DataError(f"has no name for column {position} in its header; name the column, or remove it")
        if name in header[: position - 1]:
            raise DataError(f"has two columns named '{name}'; rename one of them")


def _stripped(row: list[str], header: tuple[str, ...], line: int) -> list[str]:
    if len(row) != len(header):
        raise DataError(
            f"line {line} has {len(row)} cells, but the header names {len(header)} columns; "
            "correct the row, or set delimiter= to the character between the cells"
        )
    cells = [cell.strip() for cell in row]
    if "" in cells:
        raise DataError(f"column '{header[cells.index('')]}' is empty on line {line}; {REMEDY}")
    return cells


REMEDY = "correct the cell, or remove the row"
"""The advice in messages about a cell that cannot be used."""
