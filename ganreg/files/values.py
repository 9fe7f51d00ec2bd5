"""Reads TOML and JSON, whatever is wrong with the file: one reader for each, which knows all damage."""

from __future__ import annotations

import json
import math
import re
import tomllib
from pathlib import Path
from typing import Any

from ganreg.files.opening import UnreadableError, read_bytes, read_start

_MOST_BYTES = 32 * 2**20
"""The default limit on the size of a file; its values take many times that in memory."""

_LONGEST_REASON = 200
_LONG_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){200}""", re.ASCII)
"""A key of so many parts that tomllib, whose time grows with their square, may not end."""


class DamagedFileError(UnreadableError):
    """A file can be opened, but does not contain what its format requires.

    Args:
        path: the file.
        what: what is wrong with it, to be read after the path, such as `"is not a PNG image"`.
    """

    def __init__(self, path: str | Path, what: str) -> None:
        super().__init__(Path(path), what)
        self.args = (f"{path} {what}",)


def read_toml_table(path: str | Path, *, within: Path | None = None, most: int = _MOST_BYTES) -> dict[str, Any]:
    """Reads a TOML file.

    Args:
        path: the file.
        within: the folder that the file may not be outside of, through links. Defaults to no limit.
        most: the largest number of bytes.

    Returns:
        The table, with whole numbers that no float can hold as infinite ones.

    Raises:
        DamagedFileError: it is not TOML.
        UnreadableError: it cannot be opened.
    """
    content = read_bytes(path, within=within, most=most)
    try:
        text = content.decode("utf-8")
        if _LONG_KEY.search(text):
            raise RecursionError
        table: dict[str, Any] = _bounded(tomllib.loads(text))
    except RecursionError:
        raise DamagedFileError(path, "is nested too deeply") from None
    except (ValueError, OverflowError, MemoryError) as error:  # also not UTF-8, or a number of thousands of digits
        raise DamagedFileError(path, f"is not valid TOML: {_short(error)}") from error
    return table


def read_json_value(path: str | Path, *, within: Path | None = None, most: int = _MOST_BYTES) -> Any:
    """Reads a JSON file; see `read_toml_table`.

    Raises:
        DamagedFileError: it is not JSON.
        UnreadableError: it cannot be opened.
    """
    content = read_bytes(path, within=within, most=most)
    try:
        return json_value(content)
    except ValueError as error:
        raise DamagedFileError(path, str(error)) from error


def read_json_objects(path: str | Path, *, within: Path | None = None, most: int = _MOST_BYTES) -> list[dict[str, Any]]:
    """Reads a file with one JSON object per line; skips lines that are not, such as one that is still being written.

    Of a larger file, the first `most` bytes are read.

    Raises:
        UnreadableError: it cannot be opened.
    """
    found = []
    for line in read_start(path, within=within, most=most).splitlines():
        try:
            value = json_value(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            found.append(value)
    return found


def json_value(content: bytes | str) -> Any:
    """The value of JSON text, with whole numbers that no float can hold as infinite ones.

    Raises:
        ValueError: it is not JSON, or nested too deeply; the text says which.
    """
    try:
        text = content.decode("utf-8", errors="surrogatepass") if isinstance(content, bytes) else content
        return _bounded(json.loads(text))
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    except (ValueError, OverflowError, MemoryError) as error:
        raise ValueError(f"is not valid JSON: {_short(error)}") from error


def _bounded(value: Any, depth: int = 0) -> Any:
    """The value with whole numbers that no float can hold as infinite ones, as JSON's `1e999` is read.

    Python computes with any number of digits, but `float(value)` and `math.isfinite(value)` fail.

    Raises:
        RecursionError: it is nested too deeply for what reads it.
    """
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(value, dict):
        return {key: _bounded(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_bounded(item, depth + 1) for item in value]
    if isinstance(value, int) and value.bit_length() > _BITS:
        return math.inf if value > 0 else -math.inf
    return value


_DEEPEST = 200

_BITS = 1023
"""A whole number of more bits than these may be too large for a float."""


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:_LONGEST_REASON]
