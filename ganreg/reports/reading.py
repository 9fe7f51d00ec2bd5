"""Reads the files of runs leniently, so that the report of an unfinished or damaged run shows what can be read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from ganreg.files.opening import UnreadableError, read_bytes
from ganreg.files.tables import read_rows
from ganreg.files.values import read_json_objects, read_json_value, read_toml_table

Number = float | None
"""A value, or `None` if it is missing or not finite; JSON has no NaN."""

_MEGABYTE = 2**20
_MOST_VALUES = 32 * _MEGABYTE
"""The default limit on the size of a file; its values take many times that in memory."""


@attrs.frozen
class Columns:
    """The columns of a CSV file with one row per iteration.

    Attributes:
        iterations: the iterations, in order.
        values: the other columns by name, as long as `iterations`.
    """

    iterations: list[int] = attrs.field(factory=list)
    values: Mapping[str, list[Number]] = attrs.field(factory=dict)

    def thinned(self, limit: int) -> Columns:
        """Returns up to `limit` evenly spaced rows, including the first and the last."""
        kept = spaced(len(self.iterations), limit)
        return Columns(
            [self.iterations[row] for row in kept],
            {name: [values[row] for row in kept] for name, values in self.values.items()},
        )


def spaced(count: int, limit: int) -> list[int]:
    """Returns up to `limit` evenly spaced indices below `count`, including the first and the last."""
    if count <= limit:
        return list(range(count))
    return sorted({round(place * (count - 1) / (limit - 1)) for place in range(limit)})


def read_columns(path: Path, *, most: int = 64 * _MEGABYTE) -> Columns:
    """Reads a CSV file of numbers; skips rows without an iteration, and a last row that is still being written.

    Args:
        path: the file.
        most: the largest number of bytes that are read.
    """
    try:
        rows = read_rows(path, within=path.parent, most=most)
    except UnreadableError:
        return Columns()
    if not rows or "iteration" not in rows[0]:
        return Columns()
    header, place = rows[0], rows[0].index("iteration")
    names = {name: column for column, name in enumerate(header) if column != place}
    columns = Columns([], {name: [] for name in names})
    for row in rows[1:]:
        iteration = _number(row[place]) if place < len(row) else None
        if iteration is None:
            continue
        columns.iterations.append(int(iteration))
        for name, column in names.items():
            columns.values[name].append(_number(row[column]) if column < len(row) else None)
    return columns


def _number(text: str) -> Number:
    try:
        return finite(float(text))
    except ValueError:
        return None


def finite(value: Any) -> Number:
    """The value as a float, or `None` if it is not a finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:  # a whole number that no float can hold
        return None


def read_table(path: Path, *, most: int = _MOST_VALUES) -> dict[str, Any]:
    """Reads a TOML file; returns an empty table if it is missing, damaged or larger than `most` bytes."""
    try:
        return read_toml_table(path, within=path.parent, most=most)
    except UnreadableError:
        return {}


def read_json(path: Path, *, most: int = _MOST_VALUES) -> Any:
    """Reads a JSON file; returns `None` if it is missing, damaged or larger than `most` bytes."""
    try:
        return read_json_value(path, within=path.parent, most=most)
    except UnreadableError:
        return None


def read_json_lines(path: Path, *, most: int = _MOST_VALUES) -> list[dict[str, Any]]:
    """Reads a file with one JSON object per line, up to `most` bytes; skips lines that are not."""
    try:
        return read_json_objects(path, within=path.parent, most=most)
    except UnreadableError:
        return []


def read_lenient_text(path: Path) -> str:
    """Reads a text file; returns an empty text if it is missing."""
    try:
        return read_bytes(path, within=path.parent, most=_MOST_TEXT).decode("utf-8", errors="replace")
    except UnreadableError:
        return ""


_MOST_TEXT = _MEGABYTE


def table(value: Any) -> dict[str, Any]:
    """The value if it is a table, otherwise an empty one."""
    return value if isinstance(value, dict) else {}
