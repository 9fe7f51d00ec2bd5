"""Tables as plain text, without rules or colours; the last column wraps at the width of the terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from ganreg.cli.streams import echo

_GAP = "  "
_LEAST_WIDTH = 24
_MOST_WIDTH = 120


def terminal_width() -> int:
    """Return the width of the terminal in columns, at most 120; 80 if it is unknown."""
    return min(shutil.get_terminal_size((80, 24)).columns, _MOST_WIDTH)


def echo_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table to stdout.

    Args:
        header: the names of the columns.
        rows: one text per column each.
    """
    echo("\n".join(_laid_out([header, *rows], terminal_width())))


def _laid_out(lines: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    columns = [max(map(len, cells)) for cells in zip(*(line[:-1] for line in lines), strict=True)]
    begins = sum(columns) + len(_GAP) * len(columns)
    room = max(width - begins, _LEAST_WIDTH)
    for *cells, last in lines:
        wrapped = textwrap.wrap(last, room, break_on_hyphens=False) or [""]
        yield _GAP.join([*map(str.ljust, cells, columns), wrapped[0]]).rstrip()
        yield from (" " * begins + line for line in wrapped[1:])
