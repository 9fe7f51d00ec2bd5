"""`ganreg new`."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from ganreg.cli.group import debug_option
from ganreg.cli.state import State
from ganreg.contract.kinds import IMPLEMENTED


@click.group(invoke_without_command=True)
@click.pass_context
def new(context: click.Context) -> None:
    """Begin something of your own, such as a plugin."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@new.command()
@debug_option
@click.argument("name")
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(list(IMPLEMENTED)),
    multiple=True,
    default=("regularizer",),
    show_default=True,
    help="What it offers; repeatable.",
)
@click.option("--out", type=click.Path(path_type=Path), help="The package's folder; NAME unless given.")
@click.pass_obj
def plugin(state: State, name: str, kinds: tuple[str, ...], out: Path | None) -> None:
    """Write a package with a component of your own.

    NAME is that of the distribution, such as acme-gan; the component is then called acme. The package installs, passes
    its tests and lints as it is: change what its component does, and add more.
    """
    from ganreg.scaffolding.plugin import write_plugin

    made = write_plugin(name, kinds, out, registry=state.registry)
    folder = made.path.as_posix() if made.path.is_absolute() else f"./{made.path.as_posix()}"
    click.echo(f"Wrote {len(made.files)} files to {made.path}. Next:")
    click.echo(f"  pip install -e {shlex.quote(f'{folder}[test]')}")
    click.echo(f"  pytest {shlex.quote(folder)}")
    click.echo(f"  ganreg {f'train --steps 500 {made.train_options}' if made.train_options else f'check {name}'}")
