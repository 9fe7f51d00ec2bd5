"""A click group that knows the help lines of its commands without importing them, and takes commands from plugins."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Mapping
from typing import Any

import click

from ganreg.cli.state import State, warn
from ganreg.cli.streams import answers_only
from ganreg.errors import did_you_mean
from ganreg.plugins.blame import named_if_slow, noting_interrupts
from ganreg.plugins.host import implementations_of
from ganreg.plugins.registry import Registry
from ganreg.texts import described, printable

_HOOK = "ganreg_commands"

COMMANDS: Mapping[str, tuple[str, str]] = {
    "list": ("ganreg.cli.listing:list_components", "List the components that installed plugins offer."),
    "show": ("ganreg.cli.showing:show", "Show the documentation and parameters of a component."),
    "plugins": (
        "ganreg.cli.plugins:list_plugins",
        "List installed plugins, and why any failed to load.",
    ),
    "new": ("ganreg.cli.new:new", "Create a new project, such as a plugin."),
    "train": ("ganreg.cli.train:train", "Train a GAN and record the training in a run folder."),
    "resume": ("ganreg.cli.resume:resume", "Resume an interrupted run, or train a finished one further."),
    "verify": ("ganreg.cli.verify:verify", "Train a run again from its seed and compare the weights."),
    "sample": ("ganreg.cli.sample:sample", "Generate samples from a run, translate images, or find their latents."),
    "export": ("ganreg.cli.export:export", "Export the generator of a run for other programs."),
    "evaluate": ("ganreg.cli.evaluate:evaluate", "Compare the samples of a run with real samples."),
    "compare": ("ganreg.cli.compare:compare", "Train all combinations from several seeds and rank them."),
    "search": ("ganreg.cli.search:search", "Find the best combination of components for a dataset."),
    "report": ("ganreg.cli.report:report", "Write an HTML report about a run, a comparison or a search."),
    "inspect": ("ganreg.cli.inspect:inspect", "Show what data hold, and how the columns of a table would be encoded."),
    "check": ("ganreg.cli.check:check", "Check that components meet the engine's contract."),
}
"""The bundled commands in the order of `ganreg --help`: where each is, and its help line."""


def _turn_debug_on(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        context.find_object(State).debug = True  # type: ignore[union-attr]  # `run` always gives one


def _leave_out_plugins(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        context.find_object(State).leave_out_plugins()  # type: ignore[union-attr]


plugins_option: Callable[[Any], Any] = click.option(
    "--no-plugins",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_leave_out_plugins,
    help="Load no plugins; the same as GANREG_DISABLE='*'.",
)
"""`--no-plugins`, in case a plugin keeps the tool from starting."""

debug_option: Callable[[Any], Any] = click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_turn_debug_on,
    help="Show the traceback if an error occurs.",
)
"""`--debug`, which the group and each of its commands accept."""


class LazyGroup(click.Group):
    """Import a bundled command only when it is called, and ask plugins for commands only when none of ours is meant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the bundled commands in their order, then those of plugins by name."""
        return [*COMMANDS, *sorted(self._plugin_commands(ctx))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command, importing its module."""
        if cmd_name in COMMANDS:
            module, _, attribute = COMMANDS[cmd_name][0].partition(":")
            return _with_debug_option(getattr(importlib.import_module(module), attribute))
        command = self._plugin_commands(ctx).get(cmd_name)
        return None if command is None else _with_debug_option(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments begin with, or suggest the nearest."""
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            self._warn_of_plugins(ctx)
            ctx.fail(f"there is no command '{args[0]}'; {did_you_mean(args[0], self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help lines without importing the commands."""
        self._warn_of_plugins(ctx)
        rows = [(name, line) for name, (_, line) in COMMANDS.items()]
        rows += [(name, _help_line(command)) for name, command in sorted(self._plugin_commands(ctx).items())]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def _warn_of_plugins(self, ctx: click.Context) -> None:
        state = ctx.find_object(State)
        if state is not None:
            state.warn_of_plugins()

    def _plugin_commands(self, ctx: click.Context) -> Mapping[str, click.Command]:
        state = ctx.find_object(State)
        return {} if state is None else _commands_of_plugins(state.registry)


def _help_line(command: click.Command) -> str:
    try:
        return printable(command.get_short_help_str())
    except Exception as error:  # noqa: BLE001 - the command is a plugin's
        return f"(its help fails: {described(error)})"


def _with_debug_option(command: click.Command) -> click.Command:
    if not any("--debug" in option.opts for option in command.params):
        debug_option(command)
        command.params[-1].hidden = True  # type: ignore[attr-defined]  # `ganreg --help` shows it once
    return command


@functools.cache
def _commands_of_plugins(registry: Registry) -> Mapping[str, click.Command]:
    """Ask each plugin for its commands separately, so that a broken plugin affects no other."""
    commands: dict[str, click.Command] = {}
    manager = registry.host.manager
    implementations = {found.plugin_name: found.plugin for found in implementations_of(manager, _HOOK)}
    for name, plugin in sorted(implementations.items()):
        distribution = name.partition(":")[0]
        others = [other for other in implementations.values() if other is not plugin]
        own = click.Group()  # not the real group, so that what a plugin adds before it fails is dropped with it
        what = f"ganreg_commands of plugin {distribution}"
        try:
            with (
                noting_interrupts() as interrupts,
                named_if_slow(what, f"stop with Ctrl-C, and leave it out with GANREG_DISABLE={distribution}"),
                answers_only(),
            ):
                manager.subset_hook_caller(_HOOK, others)(cli=own)
                offered: dict[Any, Any] = dict(own.commands)
        except BaseException as error:  # a plugin may raise anything
            if interrupts.is_real(error):
                raise
            warn(f"the commands of {distribution} are not available: {described(error)}")
            continue
        for command, value in offered.items():
            if command in COMMANDS or command in commands:
                warn(f"the command '{command}' of {distribution} is not available: another command has that name")
            elif not (isinstance(command, str) and isinstance(value, click.Command)):
                warn(f"the command {command!r} of {distribution} is not available: it is not a click.Command by a name")
            else:
                commands[command] = value
    return commands
