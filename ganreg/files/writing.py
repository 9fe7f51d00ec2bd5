"""Files that are written whole or not at all.

This is the only writer that replaces a file. It is our own because no maintained library synchronises the folder as
well, keeps the suffix that decides the format, and lets a library such as Keras write the file by its path.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from ganreg.errors import RunError
from ganreg.files.opening import create, open_to_read
from ganreg.files.temporaries import sweep, temporary_beside

_FAULTS_OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}

_ADVICE = {
    errno.ENOSPC: "free space on that disk",
    errno.EDQUOT: "free space there, or have the quota raised",
    errno.EFBIG: "have the limit on the size of files raised",
    errno.EIO: "check that disk",
    errno.EROFS: "make it writable, or choose another place",
    errno.EACCES: "make it writable, or choose another place",
    errno.EPERM: "make it writable, or choose another place",
}


def advice(error: OSError) -> str:
    """What to do about a file that could not be written, after a semicolon; empty if there is nothing to advise."""
    return f"; {_ADVICE[error.errno]}" if error.errno in _ADVICE else ""


def cannot_write(path: Path, error: OSError) -> RunError:
    """The error that says which file could not be written, why, and what to do.

    Its exit code is 1 if the disk is full or fails, 2 if the place was wrong.
    """
    said = RunError(f"cannot write {path}: {error.strerror or error}{advice(error)}")
    if error.errno in _FAULTS_OF_THE_DISK:
        said.exit_code = 1
    return said


def write_whole(path: Path, write: Callable[[Path], object], *, durable: bool = True) -> None:
    """Writes a file so that at any instant, and after a crash, either the old one or the new one is there.

    Several processes may write the same file at the same time; one of them is the last. A link in place of the file is
    replaced, and its target stays as it is. What killed processes left in the folder is removed.

    Args:
        path: the file; its folder exists.
        write: writes to the path that it is given, of a new, empty temporary file in the same folder with the same
            suffix.
        durable: whether to wait for the disk, so that the file also survives a power failure. Defaults to True.

    Raises:
        RunError: the file cannot be written; the old one stays.
    """
    temporary = temporary_beside(path)
    try:
        create(temporary).close()
        write(temporary)
        if durable:
            synchronize(temporary)
        temporary.replace(path)
        if durable:
            synchronize(path.parent)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise cannot_write(path, error) from error
        raise
    sweep(path.parent)


def write_text(path: Path, text: str, *, durable: bool = True) -> None:
    """Writes a text file whole or not at all; see `write_whole`.

    Raises:
        RunError: the file cannot be written.
    """

    def write(temporary: Path) -> None:
        temporary.write_text(text, encoding="utf-8")

    write_whole(path, write, durable=durable)


def synchronize(path: Path) -> None:
    """Waits until a file's bytes, or a folder's names, are on the disk rather than on their way to it."""
    if os.name == "nt":
        return  # Windows synchronises neither folders nor files that are open for reading only
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some file systems do not synchronise folders
            raise
    finally:
        os.close(number)


def sha256_of(path: Path, *, most: int | None = None) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal.

    Args:
        path: the file.
        most: the largest number of bytes. Defaults to no limit.

    Raises:
        UnreadableError: it cannot be read, is larger, or is not a regular file of its folder.
    """
    with open_to_read(path, within=path.parent, most=most) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
