"""`ganreg list`."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence

import click

from ganreg.cli.kinds import kind_argument
from ganreg.cli.state import State
from ganreg.cli.tables import echo_table
from ganreg.contract.kinds import KINDS
from ganreg.plugins.registry import Entry, Registry


@click.command("list")
@kind_argument(required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_components(state: State, kind: str | None, as_json: bool) -> None:
    """List the components that installed plugins offer.

    KIND is generator, discriminator, loss, regularizer, dataset, metric or recipe; all of them unless given.
    """
    registry = state.registry
    entries = registry.entries(kind)
    if as_json:
        click.echo(json.dumps([describe(registry, entry) for entry in entries], indent=2))
    elif entries:
        echo_table(("NAME", "PLUGIN", "SUMMARY"), _rows(registry, entries))
    else:
        why = registry.why_without(kind)
        click.echo(f"{why[0].upper()}{why[1:]}.", err=True)


def describe(registry: Registry, entry: Entry) -> dict[str, str]:
    """What `--json` says of a component."""
    return {
        "kind": entry.kind,
        "name": registry.name_of(entry),
        "summary": entry.summary,
        "plugin": entry.plugin.distribution,
        "version": entry.plugin.version,
        "paper": entry.paper,
    }


def _rows(registry: Registry, entries: Sequence[Entry]) -> list[tuple[str, str, str]]:
    rows = []
    for kind, group in itertools.groupby(entries, key=lambda entry: entry.kind):
        rows.append((KINDS[kind].plural, "", ""))
        rows += [(f"  {registry.name_of(entry)}", entry.plugin.distribution, entry.summary) for entry in group]
    return rows
