"""Files that evaluations share between processes, under keys of all that they depend on; damaged ones are remade.

Our own because it keeps plain files that may be deleted one by one, which are checked when read. Caching libraries such
as joblib's `Memory` unpickle what they find.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ganreg.data.arrays import Array
from ganreg.errors import RunError
from ganreg.files.cache import cache_folder
from ganreg.files.lock import locked
from ganreg.files.writing import write_whole

_FOLDER = "judging"


def key_of(*facts: object) -> str:
    """A name that changes with any of the facts; they are plain values."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:32]


def cached_array(key: str, make: Callable[[], Array]) -> Array:
    """The array that is kept under a key; it is made and kept if there is none or its file is damaged."""
    path = _path(f"{key}.npz")
    with _alone(key):
        try:
            # A zip file, which has a checksum. numpy leaves it open if it is damaged.
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                found: Array = stored["values"]
                return found
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            values = make()
        _keep(path, lambda temporary: np.savez(temporary, values=values))
        return values


def cached_values(key: str, make: Callable[[], dict[str, float]]) -> dict[str, float]:
    """The named numbers that are kept under a key; they are made and kept if there are none."""
    path = _path(f"{key}.json")
    with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
        return {str(name): float(value) for name, value in json.loads(path.read_text("utf-8")).items()}
    values = make()
    _keep(path, lambda temporary: temporary.write_text(json.dumps(values), encoding="utf-8"))
    return values


def cached_file(key: str, suffix: str, read: Callable[[Path], Any], make: Callable[[], Any], write: Any) -> Any:
    """What `read` returns for the file that is kept under a key, or what `make` returns, which is then kept.

    Args:
        key: the key, made from all that the value depends on.
        suffix: the suffix of the file's name.
        read: takes the path and returns the value; `None` if the file is missing or damaged.
        make: returns the value.
        write: takes the value and the path of the file to write.
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
    with contextlib.suppress(OSError, RunError, RuntimeError):  # the last is h5py's, if it cannot close its file
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, write, durable=False, concurrent=True)


@contextlib.contextmanager
def _alone(key: str) -> Iterator[None]:
    """Lets one process make what is kept under a key while others wait for it, if files can be locked."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError, RunError):
            lock = _path(f".{key}.lock")
            lock.parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(locked(lock.parent, lock.name, wait=True))
        yield
