"""Makes links from the papers that texts name, except in code and quotation marks."""

from __future__ import annotations

import re

_MARKDOWN = "[{text}]({address})"
_RST = "`{text} <{address}>`__"
_ADDRESSES = {
    re.compile(r"(?<![`\"'])arXiv:(\d{4}\.\d{4,5})"): "https://arxiv.org/abs/",
    re.compile(r"(?<![`\"'])doi:(10\.\d+/[^\s)]*[^\s).,])"): "https://doi.org/",
}


def in_markdown(text: str) -> str:
    """Returns a Markdown text with a link for each paper."""
    return _linked(text, _MARKDOWN)


def in_rst(text: str) -> str:
    """Returns a reStructuredText with a link for each paper."""
    return _linked(text, _RST)


def _linked(text: str, link: str) -> str:
    for paper, address in _ADDRESSES.items():
        text = paper.sub(lambda found, at=address: link.format(text=found[0], address=at + found[1]), text)
    return text
