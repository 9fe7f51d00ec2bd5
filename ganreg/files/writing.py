"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from ganreg.errors import RunError

_FAULTS_OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


_ADVICE = {
    errno.ENOSPC: "free space on that disk",
    errno.EDQUOT: "free space there, or have the quota raised",
    errno.EFBIG: "have the limit on the size of files raised",
    errno.EIO: "look after that disk",
    errno.EROFS: "make it writable, or choose another place",
    errno.EACCES: "make it writable, or choose another place",
    errno.EPERM: "make it writable, or choose another place",
}


def advice(error: OSError) -> str:
    """What to do about a file that could not be written, after a semicolon; empty where nobody knows."""
    return f"; {_ADVICE[error.errno]}" if error.errno in _ADVICE else ""


def cannot_write(path: Path, error: OSError) -> RunError:
    """The error that says which file could not be written, why, and what to do.

    Its exit code is 1 where the disk is full or fails, 2 where the place was wrong.
    """
    said = RunError(f"cannot write {path}: {error.strerror or error}{advice(error)}")
    if error.errno in _FAULTS_OF_THE_DISK:
        said.exit_code = 1
    return said


def write_whole(path: Path, write: Callable[[Path], object], *, durable: bool = True) -> None:
    """Writes a file so that at any instant, and after a crash, there is the old one or the new one.

    Args:
        path: the file; its folder exists.
        write: given the path of a temporary file beside it, with the same suffix, that it is to write.
        durable: whether to wait for the disk, so that the file outlives a power failure too.

    Raises:
        RunError: it cannot be written; the old file stays.
    """
    temporary = path.with_name(f".{path.stem}.tmp{path.suffix}")
    try:
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


def write_text(path: Path, text: str, *, durable: bool = True) -> None:
    """Writes a text file whole or not at all; see `write_whole`.

    Raises:
        RunError: it cannot be written.
    """
    write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"), durable=durable)


def synchronize(path: Path) -> None:
    """Waits until a file's bytes, or a folder's names, are on the disk rather than on their way to it."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some file systems synchronize no folders
            raise
    finally:
        os.close(number)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
