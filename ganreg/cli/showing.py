"""`ganreg show`."""

from __future__ import annotations

import inspect
import json
from typing import Any

import attrs
import click

from ganreg.cli.kinds import KIND_HELP, kind_argument
from ganreg.cli.listing import describe
from ganreg.cli.state import State
from ganreg.cli.tables import echo_table
from ganreg.contract.specs import Spec
from ganreg.contract.structuring import fields_of, plain, type_name
from ganreg.plugins.registry import Entry, Registry


@click.command(
    help=f"""Show the documentation and parameters of a component.

    {KIND_HELP} NAME is a name that `ganreg list KIND` shows; if two distributions offer the same name,
    DISTRIBUTION/NAME chooses between them.
    """,
)
@kind_argument(required=True)
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@click.pass_obj
def show(state: State, kind: str, name: str, as_json: bool) -> None:
    """Show one component: as text, or as JSON."""
    entry = state.registry.find(kind, name)
    parameters = _parameters_of_recipe(entry) if kind == "recipe" else parameters_of(_implementation(state, entry))
    if as_json:
        click.echo(json.dumps({**describe(state.registry, entry), "parameters": parameters}, indent=2))
        return
    _echo_head(state.registry, entry)
    if kind == "recipe":
        click.echo(entry.component.to_toml(), nl=False)
    else:
        _echo_implementation(_implementation(state, entry), parameters, state.registry.name_of(entry))


def _implementation(state: State, entry: Entry) -> type:
    return state.registry.implementation(entry.kind, entry.qualified_name)


def parameters_of(implementation: type) -> list[dict[str, Any]]:
    """Return what `--json` says about the fields of an implementation."""
    return [
        {
            "name": field.name,
            "type": type_name(field.type),
            "default": _default(field),
            "help": field.metadata.get("help", ""),
        }
        for field in fields_of(implementation)
    ]


def _parameters_of_recipe(entry: Entry) -> list[dict[str, Any]]:
    """Return the fields of a recipe; their defaults are the values that the recipe gives them."""
    values = entry.component.as_table()
    return [
        {**parameter, "default": values.get(parameter["name"], parameter["default"])}
        for parameter in parameters_of(type(entry.component))
    ]


def _default(field: attrs.Attribute[Any]) -> Any:
    """Return a field's default as plain values; `None` if it has none to show."""
    default: Any = field.default
    if default is attrs.NOTHING or default is None:
        return None
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class, whatever the stubs say
        return None if default.takes_self else plain(default.factory())
    return plain(default)


def _echo_head(registry: Registry, entry: Entry) -> None:
    click.echo(f"{entry.kind} {registry.name_of(entry)}" + f": {entry.summary}" * bool(entry.summary))
    click.echo(f"from {entry.plugin.distribution} {entry.plugin.version}" + f", {entry.paper}" * bool(entry.paper))
    click.echo()


def _echo_implementation(implementation: type, parameters: list[dict[str, Any]], name: str) -> None:
    text = inspect.cleandoc(implementation.__doc__ or "")
    if text:
        click.echo(f"{text}\n")
    rows = [(row["name"], row["type"], as_text(row["default"]), row["help"]) for row in parameters]
    if rows:
        echo_table(("PARAMETER", "TYPE", "DEFAULT", "DESCRIPTION"), rows)
        click.echo()
    click.echo(f"Example: {example_of(name, parameters)}")


def as_text(value: Any) -> str:
    """Return a default as it is written in spec text."""
    return "none" if value is None else str(Spec("x", {"value": value})).partition("=")[2]


PATH = "PATH"
"""The placeholder in an example for a file or folder of the user."""


def example_of(name: str, parameters: list[dict[str, Any]]) -> str:
    """Return spec text with one of the component's own parameters: a path to fill in, or the first with a default."""
    own = [row for row in parameters if row["name"] not in ("conditional", "every")]
    if own and "Path" in own[0]["type"].split("|"):
        return str(Spec(name, {own[0]["name"]: PATH}))
    known = [row for row in own if row["default"] not in (None, "", [])]
    return str(Spec(name, {row["name"]: row["default"] for row in known[:1]}))
