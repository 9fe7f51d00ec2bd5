"""The KIND argument of several commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ganreg.cli.state import State
from ganreg.contract.kinds import KINDS
from ganreg.errors import did_you_mean
from ganreg.plugins.registry import Registry


def kind_argument(*, required: bool) -> Callable[[Any], Any]:
    """Declares KIND: a kind of component, in the singular or the plural, handed over in the singular."""
    return click.argument("kind", required=required, callback=_singular, shell_complete=_beginning_with)


def singular(kind: str, registry: Registry | None = None, command: str = "show") -> str:
    """The kind that a word names, in the singular or the plural.

    Args:
        kind: the word.
        registry: where to look for a component of that name, if there is no such kind.
        command: what to try with such a component: `show` or `check`.

    Raises:
        click.UsageError: there is no such kind.
    """
    kinds = {spelling: kind.name for kind in KINDS.values() for spelling in (kind.name, kind.plural)}
    if kind.lower() not in kinds:
        if registry is not None and (commands := naming(kind, registry, command)):
            raise click.UsageError(f"'{kind}' is a component's name, not a kind; try {commands}")
        raise click.UsageError(f"there is no kind '{kind}'; {did_you_mean(kind.lower(), KINDS)}")
    return kinds[kind.lower()]


def naming(word: str, registry: Registry, command: str) -> str:
    """The command lines that name each component called so, such as `'ganreg show loss hinge'`; empty without any."""
    name, colon, parameters = word.partition(":")
    lines = [
        f"'ganreg {command} {entry.kind} {registry.name_of(entry)}{(colon + parameters) * (command == 'check')}'"
        for entry in registry.entries()
        if name in (entry.name, entry.qualified_name)
    ]
    return " or ".join(lines)


def _singular(context: click.Context, _: click.Parameter, value: str | None) -> str | None:
    state = context.find_object(State)
    return None if value is None else singular(value, None if state is None else state.registry)


def _beginning_with(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    return [kind for kind in KINDS if kind.startswith(incomplete)]
