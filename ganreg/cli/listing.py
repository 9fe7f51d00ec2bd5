"""`ganreg list`."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterator, Sequence

import click

from ganreg.cli.kinds import KIND_HELP, kind_argument
from ganreg.cli.plugin_files import plugin_option
from ganreg.cli.state import State
from ganreg.cli.streams import echo, echo_json
from ganreg.cli.tables import terminal_width
from ganreg.contract.kinds import KINDS
from ganreg.plugins.registry import Entry, Registry

_ELLIPSIS = "..."
_GAP = "  "


@click.command(
    "list",
    help=f"""List the components that installed plugins offer.

    {KIND_HELP} Without KIND, all components are listed.
    """,
)
@kind_argument(required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@plugin_option
@click.pass_obj
def list_components(state: State, kind: str | None, as_json: bool) -> None:
    """List components: one line each, or as JSON."""
    registry = state.registry
    entries = registry.entries(kind)
    if as_json:
        echo_json([describe(registry, entry) for entry in entries])
    elif entries:
        echo("\n".join(_laid_out(registry, entries, terminal_width())))
    else:
        why = registry.why_without(kind)
        echo(f"{why[0].upper()}{why[1:]}.", err=True)


def describe(registry: Registry, entry: Entry) -> dict[str, str]:
    """Return what `--json` says about a component."""
    return {
        "kind": entry.kind,
        "name": registry.name_of(entry),
        "summary": entry.summary,
        "plugin": entry.plugin.distribution,
        "version": entry.plugin.version,
        "paper": entry.paper,
    }


def _laid_out(registry: Registry, entries: Sequence[Entry], width: int) -> Iterator[str]:
    """Yield a heading for each kind and plugin, and a line for each component, cut to `width` columns."""
    for number, (kind, of_kind) in enumerate(itertools.groupby(entries, key=lambda entry: entry.kind)):
        by_plugin: dict[str, list[tuple[str, str]]] = {}
        for entry in of_kind:
            by_plugin.setdefault(entry.plugin.distribution, []).append((registry.name_of(entry), entry.summary))
        column = max(len(name) for lines in by_plugin.values() for name, _ in lines)
        for place, (plugin, lines) in enumerate(sorted(by_plugin.items())):
            if number or place:
                yield ""
            yield f"{KINDS[kind].plural} ({plugin})"
            for name, summary in lines:
                yield f"{_GAP}{name:{column}}{_GAP}{_cut(summary, width - column - 2 * len(_GAP))}".rstrip()


def _cut(text: str, room: int) -> str:
    """Return the text, or as many of its words as leave room for an ellipsis."""
    return textwrap.shorten(text, max(room, len(_ELLIPSIS)), placeholder=_ELLIPSIS)
