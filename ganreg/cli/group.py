"""A click group that knows its commands' help lines without importing them, and takes more from plugins."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Mapping
from typing import Any

import click

from ganreg.cli.state import State, warn
from ganreg.errors import did_you_mean
from ganreg.plugins.registry import Registry

COMMANDS: Mapping[str, tuple[str, str]] = {
    "list": ("ganreg.cli.listing:list_components", "List the components that installed plugins offer."),
    "show": ("ganreg.cli.showing:show", "Explain one component and its parameters."),
    "plugins": ("ganreg.cli.plugins:list_plugins", "List the plugins, and why any failed to load."),
    "new": ("ganreg.cli.new:new", "Begin something of your own, such as a plugin."),
    "train": ("ganreg.cli.train:train", "Train a GAN into a run folder."),
    "resume": ("ganreg.cli.resume:resume", "Go on with a run that was interrupted, or further than it went."),
    "verify": ("ganreg.cli.verify:verify", "Train a run again from its seed, and compare."),
    "sample": ("ganreg.cli.sample:sample", "Draw samples from a run's generator."),
    "evaluate": ("ganreg.cli.evaluate:evaluate", "Judge a run's samples against the real ones."),
    "compare": ("ganreg.cli.compare:compare", "Train every combination from several seeds, and rank them."),
    "report": ("ganreg.cli.report:report", "Write one HTML file about a run or a comparison."),
    "check": ("ganreg.cli.check:check", "Check a component against what the engine asks of it."),
}
"""The bundled commands, in the order of `ganreg --help`: where each is, and its help line."""


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
    help="Leave every plugin out, as GANREG_DISABLE='*' does.",
)
"""`--no-plugins`, for when one of them keeps the tool from starting."""

debug_option: Callable[[Any], Any] = click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_turn_debug_on,
    help="Show the traceback of an error.",
)
"""`--debug`, which the group and each of its commands take."""


class LazyGroup(click.Group):
    """Imports a bundled command when it is invoked, and asks plugins for commands when none of ours is meant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The bundled commands in their order, then those of plugins by name."""
        return [*COMMANDS, *sorted(self._plugin_commands(ctx))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Finds a command, importing its module."""
        if cmd_name in COMMANDS:
            module, _, attribute = COMMANDS[cmd_name][0].partition(":")
            return _with_debug_option(getattr(importlib.import_module(module), attribute))
        command = self._plugin_commands(ctx).get(cmd_name)
        return None if command is None else _with_debug_option(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Finds the command that the arguments begin with, or names the nearest."""
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            self._warn_of_plugins(ctx)
            ctx.fail(f"there is no command '{args[0]}'; {did_you_mean(args[0], self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the help lines, without importing what they are about."""
        self._warn_of_plugins(ctx)
        rows = [(name, line) for name, (_, line) in COMMANDS.items()]
        rows += [(name, command.get_short_help_str()) for name, command in sorted(self._plugin_commands(ctx).items())]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def _warn_of_plugins(self, ctx: click.Context) -> None:
        state = ctx.find_object(State)
        if state is not None:
            state.warn_of_plugins()

    def _plugin_commands(self, ctx: click.Context) -> Mapping[str, click.Command]:
        state = ctx.find_object(State)
        return {} if state is None else _commands_of_plugins(state.registry)


def _with_debug_option(command: click.Command) -> click.Command:
    if not any("--debug" in option.opts for option in command.params):
        debug_option(command)
        command.params[-1].hidden = True  # type: ignore[attr-defined]  # `ganreg --help` tells of it once
    return command


@functools.cache
def _commands_of_plugins(registry: Registry) -> Mapping[str, click.Command]:
    """Asks each plugin for its commands, on its own, so that a broken one costs nothing but itself."""
    commands: dict[str, click.Command] = {}
    hook = registry.host.manager.hook.ganreg_commands
    implementations = {implementation.plugin_name: implementation.plugin for implementation in hook.get_hookimpls()}
    for name, plugin in sorted(implementations.items()):
        distribution = name.partition(":")[0]
        others = [other for other in implementations.values() if other is not plugin]
        own = click.Group()  # not the real one: what a plugin adds before it fails is left out with it
        try:
            registry.host.manager.subset_hook_caller("ganreg_commands", others)(cli=own)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin raises what it likes
            reason = " ".join(str(error).split())
            warn(f"the commands of {distribution} are left out: {type(error).__name__}: {reason}")
            continue
        for command, taken in ((command, command in COMMANDS or command in commands) for command in own.commands):
            if taken:
                warn(f"the command '{command}' of {distribution} is left out: there is one of that name already")
            else:
                commands[command] = own.commands[command]
    return commands
