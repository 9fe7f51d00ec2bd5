"""Turning the docstrings of components into Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

_SECTION = re.compile(r"(Args|Attributes|Raises|Returns|Warns|Yields):")
_PAPER = re.compile(r"arXiv:(\d{4}\.\d{4,5})")
_DOI = re.compile(r"doi:(10\.\d+/[^\s)]*[^\s).,])")


def as_markdown(text: str) -> str:
    """Returns a docstring as Markdown: what follows `::` fenced, examples too, sections in bold, papers as links."""
    lines = _fenced(inspect.cleandoc(text).splitlines())
    return "\n".join(lines)


def with_links(text: str) -> str:
    """Makes links of the papers that a text names."""
    text = _PAPER.sub(r"[arXiv:\1](https://arxiv.org/abs/\1)", text)
    return _DOI.sub(r"[doi:\1](https://doi.org/\1)", text)


def _fenced(lines: list[str]) -> Iterator[str]:
    rest = list(lines)
    while rest:
        line = rest.pop(0)
        section = _SECTION.fullmatch(line)
        if section:
            yield f"**{section[1]}**"
            yield ""
            yield from _entries(_taken(rest))
        elif line.startswith(">>>"):
            example = [line]
            while rest and rest[0].strip():
                example.append(rest.pop(0))
            yield from ("```pycon", *example, "```")
        elif line.endswith("::"):
            yield with_links(line.removesuffix(":"))
            yield ""
            yield from ("```text", *inspect.cleandoc("\n".join(["", *_taken(rest)])).splitlines(), "```", "")
        else:
            yield with_links(line)


def _taken(rest: list[str]) -> list[str]:
    """Takes the indented lines that come next, with the blank ones among them."""
    block = []
    while rest and (not rest[0].strip() or rest[0].startswith("    ")):
        block.append(rest.pop(0))
    return block


def _entries(block: list[str]) -> Iterator[str]:
    """Makes list items of `name: what it is` with its continued lines."""
    for line in inspect.cleandoc("\n".join(["", *block])).splitlines():
        if line and not line.startswith(" "):
            name, colon, rest = line.partition(": ")
            yield f"- `{name}`: {with_links(rest)}" if colon else f"- {line}"
        else:
            yield f"  {with_links(line.strip())}"
    yield ""
