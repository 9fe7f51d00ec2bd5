"""A CSV file that grows by rows and can be cut back to an earlier size."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from ganreg.files.opening import open_to_change
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
        self._cut_before_writing = False

    def append(self, rows: Iterable[Sequence[object]]) -> None:
        """Writes rows at the end.

        Raises:
            RunError: the rows cannot be written, or the file has disappeared.
        """
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        encoded = text.getvalue().encode()
        self.carry_out()
        try:
            # If rows were written before, the file must exist; a new one is not begun in its place.
            with open_to_change(self.path, make=not self.bytes) as file:
                if not self.bytes:
                    file.truncate(0)
                file.seek(0, os.SEEK_END)
                file.write(encoded)
                if self._durable:
                    file.flush()
                    os.fsync(file.fileno())
        except OSError as error:
            raise cannot_write(self.path, error) from error
        self.bytes += len(encoded)

    def plan_cut(self, size: int) -> bool:
        """Plans to remove everything after the first `size` bytes; returns whether the file is long enough.

        The file stays as it is until `carry_out` or `append`, so that a command can still be refused.

        Raises:
            RunError: the file cannot be written.
        """
        if not self.path.exists() and size <= 0:
            self.bytes, self._cut_before_writing = 0, False
            return size == 0
        try:
            with open_to_change(self.path) as file:
                present = os.fstat(file.fileno()).st_size
        except FileNotFoundError:
            return False
        except OSError as error:
            raise cannot_write(self.path, error) from error
        if not 0 <= size <= present:
            return False
        self.bytes, self._cut_before_writing = size, size < present
        return True

    def carry_out(self) -> None:
        """Removes what `plan_cut` planned to remove.

        Raises:
            RunError: the file cannot be written.
        """
        if not self._cut_before_writing:
            return
        try:
            with open_to_change(self.path) as file:
                file.truncate(self.bytes)
                os.fsync(file.fileno())
        except OSError as error:
            raise cannot_write(self.path, error) from error
        self._cut_before_writing = False

    def cut(self, size: int) -> bool:
        """Removes everything after the first `size` bytes at once; returns whether the file was long enough.

        Raises:
            RunError: the file cannot be written.
        """
        if not self.plan_cut(size):
            return False
        self.carry_out()
        return True
