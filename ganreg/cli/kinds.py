"""Kinds of component on the command line: the KIND argument, and the options that name a component."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ganreg.cli.sections import option_in
from ganreg.cli.state import State
from ganreg.contract.kinds import KINDS
from ganreg.errors import did_you_mean
from ganreg.plugins.registry import Registry

KIND_HELP = f"KIND is {', '.join(list(KINDS)[:-1])} or {list(KINDS)[-1]}; the plural works too."
"""What the help of a command says about its KIND argument."""


def kind_argument(*, required: bool) -> Callable[[Any], Any]:
    """Declare the argument KIND: a kind of component in the singular or plural, passed on in the singular."""
    return click.argument("kind", required=required, callback=_singular, shell_complete=_beginning_with)


def component_option(kind: str, parameter: str, *, section: str, **settings: Any) -> Callable[[Any], Any]:
    """Declare the option that names a component of a kind, as the table of kinds spells it.

    Args:
        kind: such as `"loss"`.
        parameter: the name of the command's parameter.
        section: the heading in the help.
        **settings: further settings of `click.option`, such as `multiple=True`.
    """
    return option_in(section)(*KINDS[kind].options, parameter, metavar="SPEC", **settings)


def singular(kind: str, registry: Registry | None = None, command: str = "show") -> str:
    """Return the kind that a word names, in the singular or plural.

    Args:
        kind: the word.
        registry: where to look for a component of that name if there is no such kind.
        command: what to try with such a component: `show` or `check`.

    Raises:
        click.UsageError: there is no such kind.
    """
    kinds = {spelling: kind.name for kind in KINDS.values() for spelling in (kind.name, kind.plural)}
    if kind.lower() not in kinds:
        if registry is not None and (commands := naming(kind, registry, command)):
            raise click.UsageError(f"'{kind}' is the name of a component, not a kind; try {commands}")
        raise click.UsageError(f"there is no kind '{kind}'; {did_you_mean(kind.lower(), KINDS)}")
    return kinds[kind.lower()]


def naming(word: str, registry: Registry, command: str) -> str:
    """Return a command line for each component of a name, such as `'ganreg show loss hinge'`; empty if there is none.

    Args:
        word: the name, or a spec.
        registry: where to look.
        command: `show` or `check`; the latter keeps the spec's parameters.
    """
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
