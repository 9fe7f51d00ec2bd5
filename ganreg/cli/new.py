"""`ganreg new`."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from ganreg.cli.group import debug_option
from ganreg.cli.state import State
from ganreg.cli.streams import echo
from ganreg.contract.kinds import IMPLEMENTED


@click.group(invoke_without_command=True)
@click.pass_context
def new(context: click.Context) -> None:
    """Create a new project, such as a plugin."""
    if context.invoked_subcommand is None:
        echo(context.get_help())


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
    help="Kind of component that the package offers; repeatable.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write the package to this folder. Defaults to NAME.")
@click.pass_obj
def plugin(state: State, name: str, kinds: tuple[str, ...], out: Path | None) -> None:
    """Create a package with a component of your own.

    NAME is the name of the distribution, such as acme-gan; its component is then called acme. The package can be
    installed and passes its tests and linters from the start: change what its component does, and add others.
    """
    from ganreg.scaffolding.plugin import write_plugin

    made = write_plugin(name, kinds, out, registry=state.registry)
    folder = made.path.as_posix() if made.path.is_absolute() else f"./{made.path.as_posix()}"
    echo(f"Wrote {len(made.files)} files to {made.path}. Next:")
    echo(f"  pip install -e {shlex.quote(f'{folder}[test]')}")
    echo(f"  pytest {shlex.quote(folder)}")
    echo(f"  ganreg {f'train --steps 500 {made.train_options}' if made.train_options else f'check {name}'}")
