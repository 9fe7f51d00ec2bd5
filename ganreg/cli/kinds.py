"""The KIND argument of several commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ganreg.components import KINDS, plural
from ganreg.errors import did_you_mean


def kind_argument(*, required: bool) -> Callable[[Any], Any]:
    """Declares KIND: a kind of component, in the singular or the plural, handed over in the singular."""
    return click.argument("kind", required=required, callback=_singular, shell_complete=_beginning_with)


def singular(kind: str) -> str:
    """The kind that a word names, in the singular or the plural.

    Raises:
        click.UsageError: there is no such kind.
    """
    kinds = {spelling: kind for kind in KINDS for spelling in (kind, plural(kind))}
    if kind.lower() not in kinds:
        raise click.UsageError(f"there is no kind '{kind}'; {did_you_mean(kind.lower(), KINDS)}")
    return kinds[kind.lower()]


def _singular(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    return None if value is None else singular(value)


def _beginning_with(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    return [kind for kind in KINDS if kind.startswith(incomplete)]
