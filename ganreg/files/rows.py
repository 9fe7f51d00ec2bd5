"""A CSV file that grows by rows, and can be cut back to where it was."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from ganreg.files.writing import cannot_write


class Rows:
    """Rows at the end of a file.

    Args:
        path: the file; begun anew when the first row is written.
        durable: whether each row waits until it is on the disk; what `cut` leaves is there in any case.

    Attributes:
        bytes: how long it is, by what was written or what it was cut to.
    """

    def __init__(self, path: Path, *, durable: bool = False) -> None:
        self.path, self.bytes = path, 0
        self._durable = durable

    def append(self, rows: Iterable[Sequence[object]]) -> None:
        """Writes rows at the end.

        Raises:
            RunError: they cannot be written, or the file has vanished.
        """
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        encoded = text.getvalue().encode()
        try:
            # Where there were rows, the file has to be there; another is not begun in its place.
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
        """Takes off what is behind so many bytes; returns whether there were as many.

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
