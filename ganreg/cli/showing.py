"""`ganreg show`."""

from __future__ import annotations

import inspect
import itertools
from typing import Any

import attrs
import click

from ganreg.cli.kinds import KIND_HELP, kind_argument
from ganreg.cli.listing import describe
from ganreg.cli.plugin_files import plugin_option
from ganreg.cli.state import State
from ganreg.cli.streams import echo, echo_json
from ganreg.cli.tables import echo_table
from ganreg.contract.kinds import option_for
from ganreg.contract.ranges import SEARCH, Alternatives, Range
from ganreg.contract.specs import Spec
from ganreg.contract.structuring import fields_of, plain, type_name
from ganreg.plugins.registry import Entry, Registry

_NEEDS = {"source": "sources", "pairs": "a source for each sample", "labels": "labels"}
"""What a game can need of the data, in words."""


@click.command(
    help=f"""Show the documentation and parameters of a component.

    {KIND_HELP} NAME is a name that `ganreg list KIND` shows; if two distributions offer the same name,
    DISTRIBUTION/NAME chooses between them.
    """,
)
@kind_argument(required=True)
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@plugin_option
@click.pass_obj
def show(state: State, kind: str, name: str, as_json: bool) -> None:
    """Show one component: as text, or as JSON."""
    entry = state.registry.find(kind, name)
    parameters = _parameters_of_recipe(entry) if kind == "recipe" else parameters_of(_implementation(state, entry))
    played = _played(state.registry, entry) if kind == "game" else {}
    if as_json:
        echo_json({**describe(state.registry, entry), "parameters": parameters, **played})
        return
    _echo_head(state.registry, entry)
    if kind == "recipe":
        echo(entry.component.to_toml(), nl=False)
    else:
        _echo_implementation(_implementation(state, entry), parameters, state.registry.name_of(entry), played)


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
            "search": _search(field),
        }
        for field in fields_of(implementation)
    ]


def _search(field: attrs.Attribute[Any]) -> dict[str, Any] | None:
    """Return what `ganreg search` tries for a field, as plain values; `None` if nothing."""
    search = field.metadata.get(SEARCH)
    return None if search is None else search.as_plain()


def search_as_text(search: dict[str, Any] | None) -> str:
    """Return the range or the alternatives of a parameter as a cell of a table."""
    if search is None:
        return ""
    return str(Alternatives(tuple(search["choices"])) if "choices" in search else Range(**search))


def _parameters_of_recipe(entry: Entry) -> list[dict[str, Any]]:
    """Return the fields of a recipe; their defaults are the values that the recipe gives them."""
    values = entry.component.as_table()
    return [
        {**parameter, "default": values.get(parameter["name"], parameter["default"])}
        for parameter in parameters_of(type(entry.component))
    ]


def _played(registry: Registry, entry: Entry) -> dict[str, Any]:
    """Return what `--json` says about the roles of a game and about the data that it needs."""
    game = registry.game_class(entry.qualified_name)
    roles = []
    for role, kind in game.roles.items():
        default = registry.default(kind)
        own = None if default is None else registry.name_of(default)
        roles.append({"name": role, "kind": kind, "default": game.defaults.get(role, own)})
    return {"roles": roles, "needs": list(game.needs)}


def _default(field: attrs.Attribute[Any]) -> Any:
    """Return a field's default as plain values; `None` if it has none to show."""
    default: Any = field.default
    if default is attrs.NOTHING or default is None:
        return None
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class, whatever the stubs say
        try:
            return None if default.takes_self else plain(default.factory())
        except Exception:  # noqa: BLE001 - the factory is a plugin's
            return None
    return plain(default)


def _echo_head(registry: Registry, entry: Entry) -> None:
    echo(f"{entry.kind} {registry.name_of(entry)}" + f": {entry.summary}" * bool(entry.summary))
    echo(f"from {entry.plugin.distribution} {entry.plugin.version}" + f", {entry.paper}" * bool(entry.paper))
    echo()


def _echo_implementation(
    implementation: type, parameters: list[dict[str, Any]], name: str, played: dict[str, Any]
) -> None:
    text = inspect.cleandoc(implementation.__doc__ or "")
    if text:
        echo(f"{text}\n")
    searched = any(row["search"] for row in parameters)
    rows = [
        (
            row["name"],
            row["type"],
            as_text(row["default"]),
            *([search_as_text(row["search"])] if searched else []),
            row["help"],
        )
        for row in parameters
    ]
    if rows:
        echo_table(("PARAMETER", "TYPE", "DEFAULT", *(["SEARCH"] if searched else []), "DESCRIPTION"), rows)
        echo()
    if played:
        _echo_played(**played)
    echo(f"Example: {example_of(name, parameters)}")


def _echo_played(roles: list[dict[str, Any]], needs: list[str]) -> None:
    rows = [(role["name"], role["kind"], role["default"] or "none", option_for(role["name"], "SPEC")) for role in roles]
    echo_table(("ROLE", "KIND", "DEFAULT", "OPTION"), rows)
    echo()
    if needs:
        echo(f"The data must have {' and '.join(_NEEDS[need] for need in needs)}.\n")


def as_text(value: Any) -> str:
    """Return a default as it is written in spec text."""
    return "none" if value is None else str(Spec("x", {"value": value})).partition("=")[2]


PATH = "PATH"
"""The placeholder in an example for a file or folder of the user."""


def example_of(name: str, parameters: list[dict[str, Any]]) -> str:
    """Return spec text with the component's own parameters: first paths to fill in, or the first with a default."""
    own = [row for row in parameters if row["name"] not in ("conditional", "every")]
    paths = [row["name"] for row in itertools.takewhile(lambda row: "Path" in row["type"].split("|"), own)]
    if paths:
        return str(Spec(name, dict.fromkeys(paths, PATH)))
    known = [row for row in own if row["default"] not in (None, "", [])]
    return str(Spec(name, {row["name"]: row["default"] for row in known[:1]}))
