"""A lock that keeps other processes out of a folder.

The locking itself is filelock's, for Linux, macOS and Windows alike. Its `FileLock` is not used, because some of its
versions empty or remove the file, which says here who holds the lock, and because it can fall back to a lock that
outlives a killed process.
"""

from __future__ import annotations

import contextlib
import math
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from filelock import lock_descriptor

from ganreg.errors import RunError
from ganreg.files.opening import open_to_change
from ganreg.files.writing import cannot_write

LOCK = ".lock"

_PATIENCE = 3.0
"""The seconds after which the wait is reported."""

_MOST_BYTES, _MOST_DIGITS = 1000, 20


class InUseError(RunError):
    """Another process holds the folder."""


@contextlib.contextmanager
def locked(
    folder: Path, name: str = LOCK, *, wait: float = 0.0, tell: Callable[[str], object] | None = None
) -> Iterator[None]:
    """Holds a folder for this process while the body runs.

    The operating system releases the lock when the process ends, even if it is killed, so a dead process never blocks
    a folder. The file stays and says who held it last. On a file system without locks, nothing is locked.

    Args:
        folder: the folder, which exists.
        name: the name of the lock file. Defaults to that of a run's own lock.
        wait: the number of seconds to wait while another process holds the lock, rather than to raise an error;
            `True` waits without end. Waiting ends early if that process is stopped, and thus cannot end. Defaults to 0.
        tell: called once, with a description of the other process, when 3 seconds have been waited.

    Raises:
        InUseError: another process holds the lock, and still did after waiting.
        RunError: the folder cannot be written to, or holds a file of this name that is not a lock.
    """
    path = folder / name
    try:
        file = open_to_change(path, make=True, shared=True)
    except OSError as error:
        raise cannot_write(path, error) from error
    with file:
        if not _acquired(file, math.inf if wait is True else wait, tell):
            raise InUseError(f"{folder} is in use by {_described(file)}; wait until that ends, or stop it")
        if _content(file).strip() and _holder(file) is None:
            raise RunError(f"{path} is not one of ganreg's locks; move it elsewhere, or choose another folder")
        with contextlib.suppress(OSError):  # the lock also holds on a full disk, where its owner cannot be noted
            os.ftruncate(file.fileno(), 0)
            os.lseek(file.fileno(), 0, os.SEEK_SET)
            os.write(file.fileno(), f"{os.getpid()}\n".encode())
        yield


def _acquired(file: BinaryIO, seconds: float, tell: Callable[[str], object] | None) -> bool:
    """Returns whether the lock was acquired within some seconds."""
    began, pause = time.monotonic(), 0.01
    while not _locked_now(file):
        waited = time.monotonic() - began
        if waited >= seconds:
            return False
        if waited >= _PATIENCE:
            if tell is not None:
                tell(_described(file))
                tell = None
            holder = _holder(file)
            if holder is not None and seconds < math.inf and _is_stopped(holder):
                return False
        time.sleep(min(pause, max(0.0, seconds - waited)))
        pause = min(2 * pause, 0.2)
    return True


def _locked_now(file: BinaryIO) -> bool:
    try:
        return lock_descriptor(file.fileno(), blocking=False)
    except OSError:
        return True  # a file system without locks


def _holder(file: BinaryIO) -> int | None:
    """The number of the process that holds a lock, or `None` if the file does not tell."""
    content = _content(file).strip()
    return int(content) if content.isdigit() and len(content) < _MOST_DIGITS else None


def _content(file: BinaryIO) -> bytes:
    with contextlib.suppress(OSError):  # Windows lets nobody else read a locked file
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        return os.read(file.fileno(), _MOST_BYTES)
    return b""


def _described(file: BinaryIO) -> str:
    holder = _holder(file)
    if holder is None:
        return "another process"
    return f"process {holder}" + (", which is stopped" if _is_stopped(holder) else "")


def _is_stopped(process: int) -> bool:
    """Whether a process exists and is stopped, as by Ctrl-Z; false if that cannot be known."""
    try:
        # Everything before the last bracket is the name of the program, which may contain anything.
        state = Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2].split()[:1]
    except OSError:
        try:
            command = ["ps", "-o", "state=", "-p", str(process)]  # macOS
            answer = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)  # noqa: S603
            state = [answer.stdout.strip()]
        except (OSError, subprocess.SubprocessError):
            return False
    return bool(state) and state[0][:1] in ("T", "t")
