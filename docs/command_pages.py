"""Writes the page about the command line, from the commands themselves."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

import ganreg
from ganreg.cli.app import cli
from ganreg.cli.group import COMMANDS
from ganreg.cli.state import State


def write(folder: Path) -> None:
    """Writes the page into a folder, in place of what it held.

    Args:
        folder: made here.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "index.md").write_text("\n".join(_page()) + "\n", encoding="utf-8")


def _page() -> Iterator[str]:
    root = click.Context(
        cli, info_name="ganreg", obj=State(make_registry=lambda: ganreg.build_registry(())), **cli.context_settings
    )
    yield from ("# The command line", "")
    yield (
        "stdout carries the answer, stderr progress and warnings. The exit code is 0 where all is done, 1 where the "
        "work failed, 2 where the input was wrong, 130 after Ctrl-C and 143 after SIGTERM. Plugins may add commands; "
        "`ganreg --help` lists them."
    )
    yield ""
    yield from ("| command | what it does |", "|---|---|")
    for name, (_, line) in COMMANDS.items():
        yield f"| [`ganreg {name}`](#ganreg-{name}) | {line} |"
    yield from ("", "## ganreg", "", *_options(cli, root))
    if cli.epilog:
        yield from ("", cli.epilog.replace("*", "\\*"), "")
    for name in COMMANDS:
        yield from _command(cli.get_command(root, name), name, root, level=2)


def _command(command: click.Command | None, name: str, parent: click.Context, level: int) -> Iterator[str]:
    if command is None:
        raise LookupError(f"there is no command {name}")
    context = click.Context(command, info_name=name, parent=parent, obj=parent.obj)
    yield from ("", f"{'#' * level} {context.command_path}", "")
    yield from ("```text", " ".join([context.command_path, *command.collect_usage_pieces(context)]), "```", "")
    yield from (*_paragraphs(command.help or ""), "", *_options(command, context))
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            yield from _command(command.get_command(context, inner), inner, context, level + 1)


def _paragraphs(text: str) -> Iterator[str]:
    """The help's paragraphs; one that click is told not to wrap keeps its lines."""
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        if paragraph.startswith("\b"):
            yield from ("```text", inspect.cleandoc(paragraph.removeprefix("\b\n")), "```", "")
        else:
            yield from (" ".join(paragraph.split()), "")


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for option in command.get_params(context):
        if isinstance(option, click.Option) and not option.hidden and option.name != "help":
            names = ", ".join((*option.opts, *option.secondary_opts))
            takes = "" if option.is_flag else f" {option.make_metavar(context)}"
            yield from (f"`{names}{takes}`", f": {_help(option)}", "")


def _help(option: click.Option) -> str:
    text = " ".join((option.help or "").split())
    return text + (f" Default: `{_shown(option.default)}`." if option.show_default else "")


def _shown(default: Any) -> str:
    return ", ".join(map(str, default)) if isinstance(default, (list, tuple)) else str(default)
