"""Help that lists the options of a command under headings."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

_OTHERS = "Options"


class SectionedOption(click.Option):
    """An option that is listed under a heading of its own choice.

    Args:
        section: the heading.
        *declarations, **settings: as for `click.Option`.
    """

    def __init__(self, *declarations: Any, section: str = _OTHERS, **settings: Any) -> None:
        super().__init__(*declarations, **settings)
        self.section = section


class SectionedCommand(click.Command):
    """A command whose help lists its options by section, in the order of their first options."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each section; options without one come under "Options"."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            line = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if line is not None:
                sections.setdefault(getattr(parameter, "section", _OTHERS), []).append(line)
        for heading, lines in sections.items():
            with formatter.section(heading):
                formatter.write_dl(lines)


def option_in(section: str) -> Callable[..., Callable[[Any], Any]]:
    """Return what declares an option as `click.option` does, but under a heading."""
    return functools.partial(click.option, cls=SectionedOption, section=section)
