"""Texts of strangers, such as errors of plugins and names in files, made fit to be shown on a line of a terminal."""

from __future__ import annotations

import re

_LONGEST = 300

# Everything that moves the cursor, rings, deletes, hides or reorders what a terminal shows, but tabs and line ends.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def text_of(error: BaseException, most: int = _LONGEST) -> str:
    """Returns the text of an exception on one line, whatever its class does.

    Args:
        error: the exception.
        most: the largest number of characters. Defaults to 300.
    """
    try:
        text = str(error)
    except BaseException as failure:  # noqa: BLE001 - the class of an exception may come from anywhere
        return f"its text cannot be shown ({type(failure).__name__})"
    text = " ".join(text[: 20 * most].split())
    return text if len(text) <= most else f"{text[:most]}..."


def described(error: BaseException, most: int = _LONGEST) -> str:
    """Returns the name of an exception's class and its text on one line."""
    return f"{type(error).__name__}: {text_of(error, most)}".removesuffix(": ")


def printable(text: str) -> str:
    r"""Replaces characters that control a terminal by escapes such as `\x1b`; keeps tabs and line ends."""
    return _CONTROL.sub(lambda found: found.group().encode("unicode_escape").decode("ascii"), text)
