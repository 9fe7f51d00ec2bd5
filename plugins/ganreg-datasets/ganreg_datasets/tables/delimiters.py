"""The character between the cells of a CSV file."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Mapping

WORDS: Mapping[str, str] = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "space": " "}
"""What may be written for a delimiter in place of the character itself."""

_CANDIDATES = ",;\t|"
_ROWS = 50


def delimiter_of(text: str) -> str:
    r"""The delimiter that a user means by a character, a word such as `tab`, or `\t`; empty text is kept.

    Raises:
        ValueError: the text is none of these.
    """
    character = WORDS.get(text.strip().lower() or text, text)
    if len(character) > 1 or (character and character in '"\r\n'):
        words = ", ".join(word for word in WORDS if word.isalpha())
        raise ValueError(f"'delimiter' must be one character or one of {words}, got {text!r}")
    return character


def recognised_delimiter(text: str) -> str:
    """The delimiter with which every row has as many cells as the header, the more the better.

    Args:
        text: the beginning of a file; if it is cut off, the last line is not looked at.
    """
    rows = {one: _rows(text, one) for one in _CANDIDATES}
    fit = [one for one in _CANDIDATES if len({len(row) for row in rows[one]}) == 1 and len(rows[one][0]) > 1]
    if fit:
        return max(fit, key=lambda one: len(rows[one][0]))
    header = text.partition("\n")[0]
    return max(_CANDIDATES, key=header.count)


def _rows(text: str, delimiter: str) -> list[list[str]]:
    lines = list(io.StringIO(text, newline=""))
    complete = lines[:-1] if len(lines) > 2 else lines
    try:
        return list(itertools.islice(filter(None, csv.reader(complete, delimiter=delimiter)), _ROWS))
    except csv.Error:
        return []
