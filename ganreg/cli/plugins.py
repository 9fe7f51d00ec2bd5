"""`ganreg plugins`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

import click

from ganreg.cli.state import State, warn
from ganreg.cli.streams import echo, echo_json
from ganreg.cli.tables import echo_table
from ganreg.contract.kinds import KINDS
from ganreg.plugins.host import Plugin
from ganreg.plugins.installed import Origin, origin


@click.command("plugins")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@click.option("-v", "--verbose", is_flag=True, help="Also show the traceback of each plugin that failed.")
@click.option(
    "--requirements", is_flag=True, help="Print a requirements file that installs the same plugins elsewhere."
)
@click.pass_obj
def list_plugins(state: State, as_json: bool, verbose: bool, requirements: bool) -> None:
    """List installed plugins, and why any failed to load."""
    state.warn_of_names()
    plugins = state.registry.plugins
    origins = {plugin.distribution: origin(plugin.distribution) for plugin in plugins}
    if requirements:
        _echo_requirements(origins)
    elif as_json:
        echo_json([_described(plugin, origins[plugin.distribution]) for plugin in plugins])
    elif plugins:
        echo_table(("DISTRIBUTION", "VERSION", "PLUGIN", "STATUS", "SECONDS", "OFFERS"), map(_row, plugins))
        _echo_origins(origins)
    else:
        echo("No plugins are installed. To install the bundled ones: pip install 'ganreg[standard]'", err=True)
    if verbose and not (as_json or requirements):
        _echo_tracebacks(plugins)


def _described(plugin: Plugin, where: Origin | None) -> dict[str, Any]:
    return {
        "name": plugin.name,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "status": plugin.status,
        "error": plugin.error,
        "components": [f"{kind}/{item.name}" for kind, items in plugin.offers.items() for item in items],
        "hooks": list(plugin.hooks),
        "deprecations": list(plugin.deprecations),
        "seconds": round(plugin.seconds, 6),
        "location": "" if where is None else where.location,
        "editable": where is not None and where.editable,
    }


def _row(plugin: Plugin) -> tuple[str, ...]:
    seconds = "" if plugin.status == "disabled" else f"{plugin.seconds:.3f}"
    return plugin.distribution, plugin.version, plugin.name, plugin.status, seconds, plugin.error or _offers(plugin)


def _offers(plugin: Plugin) -> str:
    counts = [(len(items), kind) for kind, items in plugin.offers.items() if items]
    offers = [f"{count} {kind if count == 1 else KINDS[kind].plural}" for count, kind in counts]
    offers += [
        hook.removeprefix("ganreg_") for hook in plugin.hooks if hook not in {kind.hook for kind in KINDS.values()}
    ]
    return ", ".join(offers) + "".join(f"; {text}" for text in plugin.deprecations)


def _echo_origins(origins: dict[str, Origin | None]) -> None:
    places: dict[str, list[str]] = {}
    for distribution, where in origins.items():
        if where is not None:
            places.setdefault(where.location + " (editable)" * where.editable, []).append(distribution)
    if places:
        echo("\nInstalled in:")
    for place, distributions in sorted(places.items()):
        echo(f"  {place}: {', '.join(distributions)}")


def _echo_requirements(origins: dict[str, Origin | None]) -> None:
    known = [where for where in origins.values() if where is not None]
    for where in known:
        echo(where.requirement)
    local = [where.requirement.partition("==")[0] for where in known if where.local]
    if local:
        verb, them = ("was", "it") if len(local) == 1 else ("were", "them")
        warn(f"{', '.join(local)} {verb} installed from local files; elsewhere pip needs an index that offers {them}")


def _echo_tracebacks(plugins: Iterable[Plugin]) -> None:
    for plugin in plugins:
        if plugin.details:
            echo(f"\n{plugin.name} of {plugin.distribution}:\n{textwrap.indent(plugin.details, '  ')}", nl=False)
