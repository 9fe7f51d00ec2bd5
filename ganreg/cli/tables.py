"""Tables as plain text: no rules, no colours, the last column wrapped to the width of the terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence

import click

_GAP = "  "
_LEAST_WIDTH = 24
_MOST_WIDTH = 120


def terminal_width() -> int:
    """How many columns there are to fill; 80 where nothing tells."""
    return min(shutil.get_terminal_size((80, 24)).columns, _MOST_WIDTH)


def echo_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Writes a table to stdout.

    Args:
        header: the columns' names.
        rows: as many texts each as there are columns.
    """
    click.echo("\n".join(_laid_out([header, *rows], terminal_width())))


def _laid_out(lines: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    columns = [max(map(len, cells)) for cells in zip(*(line[:-1] for line in lines), strict=True)]
    begins = sum(columns) + len(_GAP) * len(columns)
    room = max(width - begins, _LEAST_WIDTH)
    for *cells, last in lines:
        wrapped = textwrap.wrap(last, room, break_on_hyphens=False) or [""]
        yield _GAP.join([*map(str.ljust, cells, columns), wrapped[0]]).rstrip()
        yield from (" " * begins + line for line in wrapped[1:])
