"""Opens files in folders that may come from someone else: regular files only, and no links that lead out.

Everything that reads or changes a file of a run, a comparison or the cache opens it here. A pipe or a device could
block the program or never end, and a link could make it read or overwrite the user's own files.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Iterator
from io import BufferedRandom, BufferedReader, BufferedWriter
from pathlib import Path

from ganreg.errors import RunError
from ganreg.files.temporaries import temporary_beside

MOST_BYTES = 256 * 2**20
"""The default limit on the size of a file that is read at once."""

_FLAGS = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
"""No links in the last place, no waiting for the other end of a pipe; Windows has neither."""

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class UnreadableError(RunError):
    """A file cannot be read: it is missing, damaged, too large, not a regular file, or a link out of its folder.

    Attributes:
        path: the file.
        reason: why, without the path.
        missing: whether there is no such file.
    """

    def __init__(self, path: Path, reason: str, *, missing: bool = False) -> None:
        super().__init__(f"cannot read {path}: {reason}")
        self.path, self.reason, self.missing = path, reason, missing


def read_bytes(path: str | Path, *, within: Path | None = None, most: int = MOST_BYTES) -> bytes:
    """Reads a whole file.

    Args:
        path: the file.
        within: the folder that the file may not be outside of, through links. Defaults to no limit, for a path that
            the user gave.
        most: the largest number of bytes.

    Raises:
        UnreadableError: there is no such file, it is larger, not a regular file, or outside the folder.
    """
    with open_to_read(path, within=within, most=most) as file:
        try:
            content = file.read(most + 1)
        except (OSError, MemoryError) as error:
            raise UnreadableError(Path(path), _reason(error)) from error
    if len(content) > most:  # it has grown, or its size was not known before
        raise UnreadableError(Path(path), _too_large(len(content), most))
    return content


def read_start(path: str | Path, *, within: Path | None = None, most: int = MOST_BYTES) -> bytes:
    """Reads a file up to a number of bytes; see `read_bytes`.

    Raises:
        UnreadableError: there is no such file, it is not a regular file, or outside the folder.
    """
    with open_to_read(path, within=within) as file:
        try:
            return file.read(most)
        except (OSError, MemoryError) as error:
            raise UnreadableError(Path(path), _reason(error)) from error


def open_to_read(path: str | Path, *, within: Path | None = None, most: int | None = None) -> BufferedReader:
    """Opens a file for reading; see `read_bytes`.

    Raises:
        UnreadableError: there is no such file, it is larger, not a regular file, or outside the folder.
    """
    try:
        file = os.fdopen(_opened(Path(path), os.O_RDONLY, within), "rb")
    except (OSError, ValueError) as error:
        raise UnreadableError(Path(path), _reason(error), missing=isinstance(error, FileNotFoundError)) from error
    size = os.fstat(file.fileno()).st_size
    if most is not None and size > most:
        file.close()
        raise UnreadableError(Path(path), _too_large(size, most))
    return file


def open_to_change(path: Path, *, make: bool = False, shared: bool = False) -> BufferedRandom:
    """Opens a file for reading and writing in place; a link may lead to another file of the same folder only.

    Args:
        path: the file.
        make: whether to create it if it does not exist. Defaults to False.
        shared: whether a file of several names (hard links), such as one in a copy made by `cp -al`, stays the same
            file. Defaults to False: it is replaced by a copy, so that its other names keep what they have.

    Raises:
        OSError: the file cannot be opened, is not a regular file, or is a link that leads out of its folder.
    """
    flags = os.O_RDWR | (os.O_CREAT if make else 0)
    file = os.fdopen(_opened(path, flags, path.parent), "r+b")
    if shared or os.fstat(file.fileno()).st_nlink <= 1:
        return file
    real = Path(os.path.realpath(path))
    temporary = temporary_beside(real)
    with file, create(temporary) as copy:
        shutil.copyfileobj(file, copy)
    temporary.replace(real)
    return os.fdopen(_opened(path, flags, path.parent), "r+b")


def create(path: Path) -> BufferedWriter:
    """Creates a file that does not exist and opens it for writing.

    Raises:
        OSError: something of this name exists, even a link that leads nowhere; or the file cannot be created.
    """
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS, 0o666), "wb")


def links_out(path: Path, within: Path) -> bool:
    """Whether a path leads out of a folder through a link, in its last place or before it."""
    real, folder = os.path.realpath(path), os.path.realpath(within)
    return not (real == folder or real.startswith(folder.rstrip(os.sep) + os.sep))


def kind_of(mode: int) -> str:
    """Names what a file is that is not a regular one, such as `"a pipe"`."""
    return _KINDS.get(stat.S_IFMT(mode), "not a regular file")


def _opened(path: Path, flags: int, within: Path | None) -> int:
    """Opens a regular file and returns its descriptor.

    Raises:
        OSError: also if it is not a regular file, or outside the folder.
        ValueError: the path holds a null character.
    """
    if within is not None and links_out(path, within):
        raise OSError(f"it is a link that leads out of {within}")
    real = os.path.realpath(path)
    with contextlib.suppress(FileNotFoundError):
        _refuse_special(Path(real).stat().st_mode)  # before it is opened, which can have effects on a device
    descriptor = os.open(real, flags | _FLAGS, 0o666)
    try:
        _refuse_special(os.fstat(descriptor).st_mode)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _refuse_special(mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise OSError(f"it is {kind_of(mode)}, not a file")


def _reason(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "there is not enough memory"
    return getattr(error, "strerror", None) or str(error)


def _too_large(size: int, most: int) -> str:
    return f"it is larger than such a file can be ({size:,} bytes, at most {most:,})"


def walk(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yields everything in a folder at any depth, without following links; skips what cannot be listed.

    It does not recurse, so that no nesting is too deep for it, and a folder may change at the same time.
    """
    folders = [os.fspath(folder)]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                found = list(entries)
        except OSError:  # removed meanwhile, without permission, or its path is too long for the system
            continue
        for entry in found:
            yield entry
            with contextlib.suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
