"""A lock that keeps two processes out of one run folder."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from ganreg.errors import RunError
from ganreg.files.writing import cannot_write

LOCK = ".lock"


class InUseError(RunError):
    """Another process holds the folder."""


@contextlib.contextmanager
def locked(folder: Path, name: str = LOCK) -> Iterator[None]:
    """Holds a run's folder for this process while its body runs.

    The kernel lets go of the lock when the process ends, however it does, so that what a dead process leaves behind is
    no obstacle; the file itself stays, and says who held it last.

    Args:
        folder: the run's folder, which exists.
        name: of the lock's file, for a lock beside the run's own.

    Raises:
        InUseError: another process holds it.
        RunError: the folder cannot be written.
    """
    path = folder / name
    try:
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise cannot_write(path, error) from error
    with file:
        if not _taken(file.fileno()):
            file.seek(0)
            raise InUseError(
                f"{folder} is in use by process {file.read().strip() or '?'}; wait until that ends, or stop it"
            )
        with contextlib.suppress(OSError):  # the lock holds on a full disk too, where nobody can say whose it is
            os.ftruncate(file.fileno(), 0)
            os.write(file.fileno(), f"{os.getpid()}\n".encode())
        yield


def _taken(number: int) -> bool:
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows, where there is no lock
        return True
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks
    return True
