"""Files that evaluations share between processes, under keys of all that they depend on; damaged ones are remade.

Our own because it keeps plain files that may be deleted one by one, each with a file of its checksum, which is compared
when it is read. Caching libraries such as joblib's `Memory` unpickle what they find.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from ganreg.data.arrays import Array
from ganreg.errors import RunError
from ganreg.files.arrays import read_arrays
from ganreg.files.cache import cache_folder
from ganreg.files.lock import locked
from ganreg.files.opening import UnreadableError, read_bytes
from ganreg.files.values import read_json_value
from ganreg.files.writing import sha256_of, write_text, write_whole

_FOLDER = "judging"
_PATIENCE = 1800.0
"""The seconds for which a process waits while another one computes the same; the longest takes some minutes."""

_MOST_BYTES = 64 * 2**30
"""The largest array; its checksum is compared first, so it is one that an evaluation has kept."""

_Value = TypeVar("_Value")
_log = logging.getLogger("ganreg")


def key_of(*facts: object) -> str:
    """A name that changes with any of the facts; they are plain values."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:32]


def cached_array(key: str, make: Callable[[], Array]) -> Array:
    """The array that is kept under a key; it is made and kept if there is none or its file is damaged."""

    def read(path: Path) -> Array:
        return read_arrays(path, ["values"], within=path.parent, most=_MOST_BYTES)["values"]

    def write(values: Array, path: Path) -> None:
        with path.open("wb") as file:
            np.savez(file, values=values)

    return _cached(key, ".npz", read, make, write)


def cached_values(key: str, make: Callable[[], dict[str, float]]) -> dict[str, float]:
    """The named numbers that are kept under a key; they are made and kept if there are none or they are damaged."""

    def read(path: Path) -> dict[str, float]:
        return {str(name): float(value) for name, value in read_json_value(path, within=path.parent).items()}

    def write(values: dict[str, float], path: Path) -> None:
        path.write_text(json.dumps(values), encoding="utf-8")

    return _cached(key, ".json", read, make, write)


def cached_file(key: str, suffix: str, read: Callable[[Path], Any], make: Callable[[], Any], write: Any) -> Any:
    """What `read` returns for the file that is kept under a key, or what `make` returns, which is then kept.

    Args:
        key: the key, made from all that the value depends on.
        suffix: the suffix of the file's name.
        read: takes the path and returns the value; `None` if the file is damaged.
        make: returns the value.
        write: takes the value and the path of the file to write.
    """
    return _cached(key, suffix, read, make, write)


def _cached(
    key: str,
    suffix: str,
    read: Callable[[Path], _Value | None],
    make: Callable[[], _Value],
    write: Callable[[_Value, Path], object],
) -> _Value:
    """See `cached_file`; without a cache folder, the value is always made."""
    folder = cache_folder()
    if folder is None:
        return make()
    path = folder / _FOLDER / f"{key}{suffix}"
    with _alone(path):
        if _is_whole(path):
            with contextlib.suppress(UnreadableError, TypeError, ValueError, AttributeError, OverflowError):
                found = read(path)
                if found is not None:
                    return found
        made = make()
        _keep(path, lambda temporary: write(made, temporary))
        return made


def _is_whole(path: Path) -> bool:
    """Whether a file has the checksum that was kept with it."""
    try:
        checksum, size = read_bytes(_checksum_of(path), within=path.parent, most=100).split()
        return sha256_of(path, most=int(size)).encode() == checksum
    except (UnreadableError, ValueError):
        return False


def _checksum_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _keep(path: Path, write: Callable[[Path], object]) -> None:
    """Writes a file whole, and then its checksum; a cache that cannot be written is no reason to fail."""
    with contextlib.suppress(OSError, RunError, RuntimeError):  # the last is h5py's, if it cannot close its file
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, write, durable=False)
        write_text(_checksum_of(path), f"{sha256_of(path)} {path.stat().st_size}\n", durable=False)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Lets one process make a file while others wait for it, if files can be locked.

    A process that is stopped would keep the others waiting for ever, so they compute what they need without the cache.
    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError, RunError):
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = f".{path.stem}.lock"
            stack.enter_context(locked(path.parent, lock, wait=_PATIENCE, tell=_tell))
        yield


def _tell(holder: str) -> None:
    _log.warning("waiting for %s, which holds a part of the cache in %s", holder, cache_folder())
