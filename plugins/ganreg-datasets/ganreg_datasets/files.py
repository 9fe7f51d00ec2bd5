"""Paths from users, and the one place that turns failures of reading into a `DataError`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from ganreg import DataError


def expand(path: str | Path) -> Path:
    """Returns a path with a leading `~` expanded.

    Raises:
        DataError: if `~` names a user without a home folder.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise DataError(f"path {str(path)!r} cannot be expanded: {error}; write out the folder") from error


@contextlib.contextmanager
def reading(path: Path, remedy: str, *, parameter: str = "path") -> Iterator[None]:
    """Turns any error inside the block into a `DataError` that names the file and the remedy.

    Args:
        path: the file that is read.
        remedy: the advice if the file is broken.
        parameter: the name of the parameter that holds the path. Defaults to "path".

    Raises:
        DataError: if the block raises an error.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):  # opening a pipe could wait for ever
            raise DataError("this is a pipe or a device; save what it gives to a file")
        yield
    except FileNotFoundError as error:
        where = "" if path.is_absolute() else f" in {Path.cwd()}"
        raise DataError(f"{path} does not exist{where}; check {parameter}=") from error
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
    except Exception as error:  # parsers raise many kinds on broken bytes, including MemoryError and SyntaxError
        raise DataError(f"{path} cannot be read: {_reason(error)}; {remedy}") from error


def _reason(error: Exception) -> str:
    """Returns the first line of an error's text, without the path that an `OSError` repeats."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).splitlines()[0].rstrip(".")
