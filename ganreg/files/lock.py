"""A lock that keeps other processes out of a folder.

The locking itself is filelock's, for Linux, macOS and Windows alike. Its `FileLock` is not used, because some of its
versions empty or remove the file, which says here who holds the lock, and because it can fall back to a lock that
outlives a killed process.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path

from filelock import lock_descriptor

from ganreg.errors import RunError
from ganreg.files.writing import cannot_write

LOCK = ".lock"


class InUseError(RunError):
    """Another process holds the folder."""


@contextlib.contextmanager
def locked(folder: Path, name: str = LOCK, *, wait: bool = False) -> Iterator[None]:
    """Holds a folder for this process while the body runs.

    The operating system releases the lock when the process ends, even if it is killed, so a dead process never blocks
    a folder. The file stays and says who held it last. On a file system without locks, nothing is locked.

    Args:
        folder: the folder, which exists.
        name: the name of the lock file. Defaults to that of a run's own lock.
        wait: whether to wait while another process holds the lock, rather than to raise an error. Defaults to False.

    Raises:
        InUseError: another process holds the lock, and `wait` is false.
        RunError: the folder cannot be written to.
    """
    path = folder / name
    try:
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise cannot_write(path, error) from error
    with file:
        if not _acquired(file.fileno(), wait):
            raise InUseError(f"{folder} is in use by {_holder(file)}; wait until that ends, or stop it")
        with contextlib.suppress(OSError):  # the lock also holds on a full disk, where its owner cannot be noted
            os.ftruncate(file.fileno(), 0)
            os.write(file.fileno(), f"{os.getpid()}\n".encode())
        yield


def _acquired(descriptor: int, wait: bool) -> bool:
    try:
        return lock_descriptor(descriptor, blocking=wait)
    except OSError:
        return True  # a file system without locks


def _holder(file: TextIOWrapper) -> str:
    with contextlib.suppress(OSError):  # Windows lets nobody else read a locked file
        file.seek(0)
        if number := file.read().strip():
            return f"process {number}"
    return "another process"
