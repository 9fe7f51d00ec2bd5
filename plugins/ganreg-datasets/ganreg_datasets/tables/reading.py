"""Reads CSV and Parquet files into columns of text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from ganreg import DataError
from ganreg.lazy import lazy_module
from ganreg_datasets.files import reading
from ganreg_datasets.tables.delimiters import recognised_delimiter

if TYPE_CHECKING:
    import pyarrow as pa
else:
    pa = lazy_module("pyarrow")

pc = lazy_module("pyarrow.compute")
arrow_csv = lazy_module("pyarrow.csv")
parquet = lazy_module("pyarrow.parquet")

PARQUET = (".parquet", ".pq")
"""The suffixes of Parquet files; any other file is read as CSV."""

_SAMPLE = 65_536
"""The number of characters from which the delimiter is recognised."""


@attrs.frozen(eq=False)
class TextColumn:
    """One column as it is in the file.

    Attributes:
        name: its name in the header.
        cells: its cells without surrounding white space, an Arrow array of strings; a missing cell is empty.
    """

    name: str
    cells: pa.StringArray


@attrs.frozen(eq=False)
class TextTable:
    """A file's columns, as text.

    Attributes:
        path: the file.
        columns: the columns in order; those without a name in the header have an empty one.
        delimiter: the character between cells; empty for Parquet.
    """

    path: Path
    columns: list[TextColumn]
    delimiter: str

    def line(self, row: int) -> str:
        """Where a row is in the file, for messages: `"on line 7"`, or `"in row 5"` of a Parquet file."""
        if self.delimiter:
            for number, (line, _) in enumerate(_records(self.path, self.delimiter)):
                if number == row + 1:
                    return f"on line {line}"
        return f"in row {row + 1}"


def read_table(path: Path, delimiter: str = "") -> TextTable:
    """Reads a table whose columns have names.

    Args:
        path: a CSV file in UTF-8, which may be compressed with gzip or the like, or a Parquet file.
        delimiter: the character between the cells of a CSV file. Defaults to the one that suits the file.

    Raises:
        DataError: the file is missing or broken, a name occurs twice, a row has more or fewer cells than the header, or
            there are no rows. The message names the file.
    """
    if path.suffix.lower() in PARQUET:
        with reading(path, "save it as Parquet again"):
            table = TextTable(path, _parquet_columns(path), "")
    else:
        with reading(path, "save it as CSV in UTF-8"):
            table = _read_csv(path, delimiter)
    with reading(path, ""):
        if not len(table.columns[0].cells):
            raise DataError("has a header but no rows")
        return table


def no_cells() -> pa.StringArray:
    """An empty column's cells."""
    return pa.array([], pa.string())


def _read_csv(path: Path, delimiter: str) -> TextTable:

    delimiter = delimiter or _recognised(path)
    with _text(path) as file:
        reader = csv.reader(file, delimiter=delimiter)
        header = [name.strip() for name in next((row for row in reader if row), [])]
        lines = reader.line_num
    _check_header(header)
    if _open_quote(path):  # Arrow would take the rest of the file for one cell
        _explain(path, delimiter, header)
    try:
        table = _parsed(path, delimiter, len(header), lines)
    except pa.ArrowInvalid:
        _explain(path, delimiter, header)
        raise
    return TextTable(path, [TextColumn(*column) for column in zip(header, table, strict=True)], delimiter)


def _parsed(path: Path, delimiter: str, width: int, lines: int) -> list[Any]:
    """The columns below the header, which takes so many lines, as arrays of trimmed strings."""
    if not _has_rows(path, lines):
        return [no_cells()] * width
    names = [str(position) for position in range(width)]
    table = arrow_csv.read_csv(
        pa.input_stream(str(path)),
        read_options=arrow_csv.ReadOptions(column_names=names, skip_rows=lines),
        parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    columns = []
    for name in names:  # each column is let go as soon as it has been trimmed
        columns.append(pc.utf8_trim_whitespace(table[name].combine_chunks()))
        table = table.drop_columns(name)
    return columns


def _open_quote(path: Path) -> bool:
    """Whether the file has an odd number of quotation marks."""
    count = 0
    with pa.input_stream(str(path)) as file:
        while block := file.read(1 << 20):
            count += block.count(b'"')
    return count % 2 == 1


def _has_rows(path: Path, lines: int) -> bool:
    with _text(path) as file:
        return any(line.strip("\r\n") for number, line in enumerate(file) if number >= lines)


def _parquet_columns(path: Path) -> list[TextColumn]:

    with path.open("rb") as file:
        table = parquet.read_table(file)
    columns = []
    for name in table.column_names:
        values = table[name].combine_chunks()
        if pa.types.is_dictionary(values.type):
            values = values.dictionary_decode()
        if pa.types.is_timestamp(values.type):
            values = _without_empty_fractions(values)
        try:
            text = pc.cast(values, pa.string())
        except pa.ArrowNotImplementedError:
            raise DataError(
                f"column '{name}' holds values of type {values.type}, which are neither text, numbers nor dates; "
                "store such values in columns of their own"
            ) from None
        columns.append(TextColumn(name.strip(), pc.utf8_trim_whitespace(pc.fill_null(text, ""))))
    _check_header([column.name for column in columns])
    return columns


def _without_empty_fractions(moments: Any) -> Any:

    try:
        return pc.cast(moments, pa.timestamp("s", moments.type.tz))
    except pa.ArrowInvalid:  # it would lose digits
        return moments


def _text(path: Path) -> io.TextIOWrapper:

    with path.open("rb"):  # Arrow's own message on a missing file is longer
        return io.TextIOWrapper(pa.input_stream(str(path)), encoding="utf-8-sig", newline="")


def _recognised(path: Path) -> str:
    with _text(path) as file:
        return recognised_delimiter(file.read(_SAMPLE))


def _check_header(header: Sequence[str]) -> None:
    if not header:
        raise DataError("is empty; the first row must name the columns")
    for position, name in enumerate(header):
        if name and name in header[:position]:
            raise DataError(f"has two columns named '{name}'; rename one of them")


def _records(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The header and the rows with the lines on which they end."""
    with _text(path) as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            yield from ((reader.line_num, row) for row in reader if row)
        except csv.Error as error:
            raise DataError(f"line {reader.line_num} is broken: {error}; correct it, or save the file again") from error


def _explain(path: Path, delimiter: str, header: Sequence[str]) -> None:
    """Raises a `DataError` that names the first line that is broken or has another number of cells, if any is."""
    for line, row in _records(path, delimiter):
        if len(row) != len(header):
            raise DataError(
                f"line {line} has {len(row)} cells, but the header names {len(header)} columns; "
                "correct the row, or set delimiter= to the character between the cells"
            )
