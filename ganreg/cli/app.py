"""The `ganreg` command itself: its options, and how errors are reported."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

import click

import ganreg
from ganreg.cli import INTERRUPTED
from ganreg.cli.group import LazyGroup, debug_option, plugins_option
from ganreg.cli.plugin_files import plugin_option
from ganreg.cli.state import State
from ganreg.cli.streams import echo
from ganreg.errors import GanregError
from ganreg.texts import described

FAILED = 1
_LONGEST = 4000


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Environment variables: GANREG_DISABLE=NAME,... disables plugins, and * disables all of them. "
    "GANREG_STRICT=1 makes it an error if a plugin fails to load. GANREG_DEBUG=1 does the same as --debug. "
    "GANREG_PLUGIN=FILE does the same as --plugin FILE.",
)
@debug_option
@plugins_option
@plugin_option
@click.version_option(ganreg.__version__, prog_name="ganreg", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Combine GAN components from plugins by name, and train and evaluate them."""
    if context.invoked_subcommand is None:
        echo(context.get_help())
    elif context.invoked_subcommand != "plugins":
        context.obj.warn_of_plugins()


def run(arguments: Sequence[str], state: State | None = None) -> int:
    """Run one command line.

    Args:
        arguments: the words after `ganreg` in a shell.
        state: what the commands share. Defaults to one made from the environment.

    Returns:
        The exit code.
    """
    state = state or State(debug=os.environ.get("GANREG_DEBUG", "") not in ("", "0"))
    _replace_what_the_terminal_cannot_show()
    try:
        result = cli.main(list(arguments), prog_name="ganreg", standalone_mode=False, obj=state)
    except Exception as error:  # noqa: BLE001 - the user gets a line and an exit code for any error
        return _report(error, state)
    return result if isinstance(result, int) else 0


def _replace_what_the_terminal_cannot_show() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _report(error: Exception, state: State) -> int:
    """Write in a line or two what went wrong, and return the exit code for it."""
    if isinstance(error, click.Abort) and not isinstance(error.__cause__, EOFError):
        echo("Interrupted.", err=True)
        return INTERRUPTED
    if isinstance(error, click.Abort) and isinstance(error.__cause__, Exception):
        error = error.__cause__  # click treats any end of file as Ctrl-D at a prompt
    if state.debug:
        echo("".join(traceback.format_exception(error)), err=True, nl=False)
    message, code = _explained(error, state)
    echo("\n".join([f"Error: {message}", *map(str, getattr(error, "__notes__", ()))]), err=True)
    return code


def _explained(error: Exception, state: State) -> tuple[str, int]:
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx is not None else "ganreg"
        return f"{error.format_message()}\nTry '{command} --help' for help.", error.exit_code
    if isinstance(error, click.ClickException):
        return error.format_message(), error.exit_code
    if isinstance(error, GanregError):
        return _text(error), error.exit_code
    advice = "" if state.debug else "; --debug shows where"
    return f"{described(error, _LONGEST)}{advice}", FAILED


def _text(error: GanregError) -> str:
    """Return the text of one of our own errors, which may hold one of a plugin's."""
    text = str(error)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
