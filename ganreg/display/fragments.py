"""Renders pieces of HTML for notebooks: bounded, escaped, without scripts, and legible in light and dark themes."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import attrs

from ganreg.reports.page import environment

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_ROWS = 100
"""The largest number of rows of a table."""
_LONGEST = 300
"""Longer text is cut after this many characters."""


@attrs.frozen
class Picture:
    """A small picture.

    Attributes:
        uri: a PNG as a `data:` URI.
        width: in pixels.
        height: in pixels.
        caption: what it shows.
    """

    uri: str
    width: int
    height: int
    caption: str


class Whole(str):
    """Text of this package's own making that is not cut; it is escaped as all text is."""

    __slots__ = ()


def fragment(template: str, **content: Any) -> str:
    """Renders a piece of HTML.

    Args:
        template: the name of a file in `templates/`.
        **content: the variables of the template; all text is escaped, and cut if it is very long.
    """
    return _environment().get_template(template).render(**content)


def cut(value: Any, most: int = _LONGEST) -> str:
    """A value as text in one line, which ends after a number of characters."""
    text = str(value)
    line = " ".join(text[: most + 1].split())
    return line if len(text) <= most else f"{line[: most - 1]}…"


def spec_shown(spec: Any) -> dict[str, str]:
    """A spec for a table: its name, and its parameters in smaller print."""
    name, _, parameters = str(spec).partition(":")
    return {"name": cut(name, 100), "parameters": cut(parameters.replace(",", ", "), 200)}


def _finished(value: Any) -> Any:
    """What a template prints for a value: text is cut unless it is markup or whole."""
    if isinstance(value, str) and not hasattr(value, "__html__") and not isinstance(value, Whole):
        return cut(value)
    return value


@functools.cache
def _environment() -> Environment:
    made = environment("ganreg.display")
    made.finalize = _finished
    return made
