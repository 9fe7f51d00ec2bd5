"""Temporary files and folders whose names say that ganreg made them, and in which process.

A killed process leaves them behind. Whoever finds one later can tell by its name alone that it is ganreg's own and that
its process has ended, so that nothing else is ever removed.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import re
import secrets
import shutil
import socket
import sys
from pathlib import Path

_NAME = re.compile(r"\.ganreg-([0-9a-f]{8})-([0-9]{1,20})-([0-9a-f]{8})-([0-9a-f]{8})\.tmp(.*)", re.DOTALL)
"""The machine, the process, a random number, a check of these and of the suffix, and the suffix."""


def temporary_beside(path: Path) -> Path:
    """Returns a new path in the folder of another, with the same suffix, which decides the format of many files."""
    machine, process, number = _machine(), os.getpid(), secrets.token_hex(4)
    suffix = path.suffix
    check = _check(machine, str(process), number, suffix)
    return path.with_name(f".ganreg-{machine}-{process}-{number}-{check}.tmp{suffix}")


def is_temporary(name: str) -> bool:
    """Whether a name was made by `temporary_beside`, in any process of any machine."""
    match = _NAME.fullmatch(name)
    return match is not None and _check(*match.group(1, 2, 3, 5)) == match[4]


def is_left_behind(name: str) -> bool:
    """Whether `temporary_beside` made a name in a process of this machine that has ended."""
    match = _NAME.fullmatch(name)
    if match is None or match[1] != _machine() or not is_temporary(name):
        return False
    return not _is_running(int(match[2]))


def sweep(folder: Path) -> None:
    """Removes the temporary files and folders that processes of this machine left in a folder when they were killed."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if not is_left_behind(entry.name):
                continue
            with contextlib.suppress(OSError, RecursionError):
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path)
                else:
                    Path(entry.path).unlink()


def _check(machine: str, process: str, number: str, suffix: str) -> str:
    facts = "\0".join(["ganreg", machine, process, number, suffix])
    return hashlib.sha256(facts.encode("utf-8", "replace")).hexdigest()[:8]


@functools.cache
def _machine() -> str:
    """A number for this machine, or this container: where process numbers mean the same processes."""
    try:
        processes = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        processes = ""
    return hashlib.sha256(f"{socket.gethostname()} {processes}".encode()).hexdigest()[:8]


def _is_running(process: int) -> bool:
    if sys.platform == "win32":  # there, asking with a signal would end the process
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True  # it belongs to another user
    return True
