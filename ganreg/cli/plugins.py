"""`ganreg plugins`."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from typing import Any

import click

from ganreg.cli.state import State
from ganreg.cli.tables import echo_table
from ganreg.plugins import Plugin


@click.command("plugins")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("-v", "--verbose", is_flag=True, help="Show the traceback of each failure.")
@click.pass_obj
def list_plugins(state: State, as_json: bool, verbose: bool) -> None:
    """List the plugins, and why any failed to load."""
    plugins = state.registry.plugins
    if as_json:
        click.echo(json.dumps([_describe(plugin) for plugin in plugins], indent=2))
    elif plugins:
        echo_table(("DISTRIBUTION", "VERSION", "PLUGIN", "STATUS", "SECONDS", ""), map(_row, plugins))
    else:
        click.echo("No plugins are installed; the bundled ones come with 'ganreg[standard]'.", err=True)
    if verbose and not as_json:
        _echo_tracebacks(plugins)


def _describe(plugin: Plugin) -> dict[str, Any]:
    return {
        "name": plugin.name,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "status": plugin.status,
        "error": plugin.error,
        "components": [f"{kind}/{item.name}" for kind, items in plugin.offers.items() for item in items],
    }


def _row(plugin: Plugin) -> tuple[str, ...]:
    seconds = f"{plugin.seconds:.3f}" if plugin.status == "loaded" else ""
    count = sum(map(len, plugin.offers.values()))
    offers = f"{count} component{'s' * (count != 1)}" if plugin.status == "loaded" else ""
    return plugin.distribution, plugin.version, plugin.name, plugin.status, seconds, plugin.error or offers


def _echo_tracebacks(plugins: Sequence[Plugin]) -> None:
    for plugin in plugins:
        if plugin.details:
            click.echo(f"\n{plugin.name} of {plugin.distribution}:\n{textwrap.indent(plugin.details, '  ')}", nl=False)
