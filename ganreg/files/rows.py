"""A CSV file that grows by rows and can be cut back to an earlier size."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from ganreg.files.writing import cannot_write


class Rows:
    """Appends rows to a file.

    Args:
        path: the file; the first row replaces an existing one.
        durable: whether to wait until each row is on the disk. Defaults to False. What `cut` leaves is there in any
            case.

    Attributes:
        bytes: the file's size, according to what was written or what it was cut to.
    """

    def __init__(self, path: Path, *, durable: bool = False) -> None:
        self.path, self.bytes = path, 0
        self._durable = durable

    def append(self, rows: Iterable[Sequence[object]]) -> None:
        """Writes rows at the end.

        Raises:
            RunError: the rows cannot be written, or the file has disappeared.
        """
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        encoded = text.getvalue().encode()
        try:
            # If rows were written before, the file must exist; a new one is not begun in its place.
            with self.path.open("r+b" if self.bytes else "wb") as file:
                file.seek(0, os.SEEK_END)
                file.write(encoded)
                if self._durable:
                    file.flush()
                    os.fsync(file.fileno())
        except OSError as error:
            raise cannot_write(self.path, error) from error
        self.bytes += len(encoded)

    def cut(self, size: int) -> bool:
        """Removes everything after the first `size` bytes; returns whether the file was long enough.

        Raises:
            RunError: the file cannot be written.
        """
        present = self.path.stat().st_size if self.path.is_file() else 0
        if present < size:
            return False
        self.bytes = size
        if present:
            try:
                with self.path.open("r+b") as file:
                    file.truncate(size)
                    os.fsync(file.fileno())
            except OSError as error:
                raise cannot_write(self.path, error) from error
        return True
