"""What judging keeps between processes: files under keys of all that they depend on, made again where damaged."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ganreg.data.arrays import Array
from ganreg.files.cache import cache_folder

_FOLDER = "judging"


def key_of(*facts: object) -> str:
    """A name that changes with any of the facts; they are plain values."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:32]


def cached_array(key: str, make: Callable[[], Array]) -> Array:
    """The array that is kept under a key, or made and kept where there is none or its file is damaged."""
    path = _path(f"{key}.npz")
    with _alone(key):
        try:
            with np.load(path, allow_pickle=False) as stored:  # a zip file, which keeps a checksum
                found: Array = stored["values"]
                return found
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            values = make()
        _keep(path, lambda temporary: np.savez(temporary, values=values))
        return values


def cached_values(key: str, make: Callable[[], dict[str, float]]) -> dict[str, float]:
    """The named numbers that are kept under a key, or made and kept where there are none."""
    path = _path(f"{key}.json")
    with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
        return {str(name): float(value) for name, value in json.loads(path.read_text("utf-8")).items()}
    values = make()
    _keep(path, lambda temporary: temporary.write_text(json.dumps(values), encoding="utf-8"))
    return values


def cached_file(key: str, suffix: str, read: Callable[[Path], Any], make: Callable[[], Any], write: Any) -> Any:
    """What `read` gives of the file that is kept under a key, or what `make` gives, which is then kept.

    Args:
        key: of all that it depends on.
        suffix: of the file's name.
        read: given the path; `None` where the file is missing or damaged.
        make: gives the value.
        write: given the value and the path of the file to write.
    """
    path = _path(f"{key}{suffix}")
    with _alone(key):
        found = read(path)
        if found is not None:
            return found
        made = make()
        _keep(path, lambda temporary: write(made, temporary))
        return made


def _path(name: str) -> Path:
    return cache_folder() / _FOLDER / name


def _keep(path: Path, write: Callable[[Path], object]) -> None:
    """Writes a file whole; a cache that cannot be written is no reason to fail."""
    temporary = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    with contextlib.suppress(OSError, RuntimeError):  # h5py's, where it cannot close its file
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write(temporary)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def _alone(key: str) -> Iterator[None]:
    """Lets one process make what is kept under a key while others wait for it, where files can be locked."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError, ImportError):
            import fcntl

            path = _path(f".{key}.lock")
            path.parent.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context(path.open("w"))
            fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        yield
