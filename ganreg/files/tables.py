"""Reads CSV files that grow by rows, as far as they are whole."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
from pathlib import Path

from ganreg.files.opening import read_start

_MOST_BYTES, _MOST_ROWS = 64 * 2**20, 1_000_000


def read_rows(path: str | Path, *, within: Path | None = None, most: int = _MOST_BYTES) -> list[list[str]]:
    """Reads the complete rows of a CSV file.

    The last row is left out if its line has no end, because a process is still writing it or was killed while it did.
    Of a larger file, the rows in the first `most` bytes are read, and at most a million of them. What follows a row
    that is not CSV is left out.

    Args:
        path: the file.
        within: the folder that the file may not be outside of, through links. Defaults to no limit.
        most: the largest number of bytes.

    Raises:
        UnreadableError: it cannot be opened.
    """
    content = read_start(path, within=within, most=most)
    whole = content[: content.rfind(b"\n") + 1].replace(b"\0", b"")
    rows: list[list[str]] = []
    with contextlib.suppress(csv.Error):  # `extend` keeps the rows before the damage
        reader = csv.reader(io.StringIO(whole.decode("utf-8", errors="replace"), newline=""))
        rows.extend(itertools.islice(reader, _MOST_ROWS))
    return rows
