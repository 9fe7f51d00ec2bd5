"""Paths that users give, and one place where a broken file becomes a `DataError`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from ganreg import DataError


def expand(path: str | Path) -> Path:
    """Returns a path with a leading `~` expanded.

    Raises:
        DataError: `~` names a user who has no home folder here.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise DataError(f"path {str(path)!r} cannot be expanded: {error}; write the folder out") from error


@contextlib.contextmanager
def reading(path: Path, remedy: str) -> Iterator[None]:
    """Turns whatever goes wrong inside into a `DataError` that names the file and what to do.

    Args:
        path: the file that is read.
        remedy: what helps where it turns out to be broken.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise DataError(f"{path} does not exist; check path=") from error
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
    except Exception as error:  # parsers raise a dozen kinds on broken bytes, MemoryError and SyntaxError among them
        raise DataError(f"{path} cannot be read: {_reason(error)}; {remedy}") from error


def _reason(error: Exception) -> str:
    """The first line of an error's text, without the path that an `OSError` repeats."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).splitlines()[0].rstrip(".")
