"""The `ganreg` command itself: errors, exit codes, help, commands of plugins."""

from __future__ import annotations

import sys

import click
import pytest

import ganreg
from ganreg.cli import group, main
from ganreg.cli.app import run
from ganreg.cli.state import State
from ganreg.errors import DataError, PluginError, TrainingError


def raising(error):
    @click.command()
    def fail():
        """Fails."""
        raise error

    return fail


def adds(command, name=None):
    return lambda cli: cli.add_command(command, name)


@pytest.fixture
def fails(point, make_registry):
    """A registry whose plugin adds a command `fail` that raises an error."""
    return lambda error: make_registry(point("acme-gan", ganreg_commands=adds(raising(error))))


@pytest.mark.parametrize("name", group.COMMANDS)
def test_help_lines_are_those_of_the_commands(name):
    context = click.Context(group.LazyGroup(), obj=None)

    command = group.LazyGroup().get_command(context, name)

    assert command.help.splitlines()[0] == group.COMMANDS[name][1]


@pytest.mark.parametrize("arguments", [(), ("-h",), ("--help",)])
def test_help_lists_every_command(call, make_registry, arguments):
    answer = call(make_registry(), *arguments)

    assert (answer.code, answer.err) == (0, "")
    for name, (_, line) in group.COMMANDS.items():
        assert f" {name} {line}" in " ".join(answer.out.split())


@pytest.mark.parametrize("name", ["list", "show", "plugins"])
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_each_command_has_help(call, make_registry, name, option):
    answer = call(make_registry(), name, option)

    assert answer.code == 0
    assert answer.out.startswith(f"Usage: ganreg {name}")


def test_version(call, make_registry):
    assert call(make_registry(), "--version").out == f"ganreg {ganreg.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("lst",), "there is no command 'lst'; did you mean 'list'"),
        (("list", "--jsn"), "No such option '--jsn'"),
        (("--jsn",), "No such option '--jsn'"),
        (("list", "loss", "more"), "Got unexpected extra argument (more)"),
    ],
)
def test_wrong_usage_is_two_lines_and_exit_code_2(call, make_registry, arguments, message):
    answer = call(make_registry(), *arguments)

    assert (answer.code, answer.out) == (2, "")
    first, second = answer.err.splitlines()
    assert message.replace("'", "") in first.replace("'", "").replace(":", "")
    assert second.startswith("Try 'ganreg")


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (DataError("labels are missing"), 2, "Error: labels are missing"),
        (TrainingError("the loss is NaN"), 1, "Error: the loss is NaN"),
        (PluginError("gone"), 1, "Error: gone"),
        (click.ClickException("no"), 1, "Error: no"),
        (click.BadParameter("no"), 2, "Error: Invalid value: no\nTry 'ganreg fail --help' for help."),
        (KeyError("x"), 1, "Error: KeyError: 'x'; --debug shows where"),
        (ValueError("two\nlines"), 1, "Error: ValueError: two lines; --debug shows where"),
        (EOFError("cut off"), 1, "Error: EOFError: cut off; --debug shows where"),
        (click.Abort(), 130, "Interrupted."),
        (KeyboardInterrupt(), 130, "Interrupted."),
    ],
)
def test_errors_become_a_line_and_an_exit_code(call, fails, error, code, line):
    answer = call(fails(error), "fail")

    assert (answer.code, answer.out) == (code, "")
    assert answer.err.strip() == line


@pytest.mark.parametrize("arguments", [("--debug", "fail"), ("fail", "--debug")])
def test_debug_adds_the_traceback(call, fails, arguments):
    answer = call(fails(DataError("labels are missing")), *arguments)

    assert answer.code == 2
    assert answer.err.startswith("Traceback (most recent call last):\n")
    assert answer.err.endswith("DataError: labels are missing\nError: labels are missing\n")


def test_debug_by_environment(capsys, monkeypatch):
    monkeypatch.setenv("GANREG_DEBUG", "1")

    assert run(["list", "los"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_a_command_may_choose_its_exit_code(call, point, make_registry):
    @click.command()
    @click.pass_context
    def leave(context):
        context.exit(7)

    assert call(make_registry(point("acme-gan", ganreg_commands=adds(leave))), "leave").code == 7


def test_strict_makes_a_broken_plugin_an_error(capsys):
    def make_registry():
        raise PluginError("plugin 'bad' of bad-gan failed: no")

    assert run(["list"], State(make_registry=make_registry)) == 1
    assert capsys.readouterr().err == "Error: plugin 'bad' of bad-gan failed: no\n"


@pytest.mark.parametrize("arguments", [("list",), ("show", "loss", "x"), ("--help",), ("acme",), ("nothing",)])
def test_every_command_but_plugins_warns_once_of_broken_plugins(call, point, make_registry, broken, arguments):
    registry = make_registry(broken, point("acme-gan", ganreg_commands=adds(click.Command("acme"))))

    err = call(registry, *arguments).err

    line = "Warning: a plugin of bad-gan failed to load and is left out; `ganreg plugins` says why"
    assert err.splitlines().count(line) == 1


def test_plugins_add_commands_with_the_decorator(call, point, make_registry):
    def ganreg_commands(cli):
        @cli.command()
        @click.argument("word")
        def echo(word):
            """Say a word."""
            click.echo(word)

    registry = make_registry(point("acme-gan", ganreg_commands=ganreg_commands))

    assert call(registry, "echo", "hello").out == "hello\n"
    assert " echo Say a word." in " ".join(call(registry, "--help").out.split())
    assert "did you mean 'echo'" in call(registry, "eho").err


def _remembering(asked):
    def ganreg_commands(cli):
        asked.append(cli)

    return ganreg_commands


def test_plugins_are_asked_for_commands_only_where_none_of_ours_is_meant(call, point, make_registry):
    asked = []
    registry = make_registry(point("acme-gan", ganreg_commands=_remembering(asked)))

    call(registry, "list")
    assert not asked
    call(registry, "--help")
    call(registry, "other")
    assert len(asked) == 1


def half(cli):
    cli.add_command(click.Command("half"))
    raise RuntimeError("no server")


@pytest.mark.parametrize(
    ("hook", "reason"), [(half, "RuntimeError: no server"), (lambda cli: sys.exit(3), "SystemExit: 3")]
)
def test_a_plugin_that_fails_to_add_commands_costs_only_its_own(call, point, make_registry, hook, reason):
    registry = make_registry(
        point("acme-gan", ganreg_commands=hook),
        point("good-gan", ganreg_commands=adds(click.Command("good"))),
    )

    answer = call(registry, "--help")

    assert answer.code == 0
    assert answer.err == f"Warning: the commands of acme-gan are left out: {reason}\n"
    assert "good" in answer.out
    assert "half" not in answer.out


def test_a_plugin_cannot_take_the_name_of_another_command(call, point, make_registry):
    registry = make_registry(
        point("acme-gan", ganreg_commands=adds(click.Command("list"))),
        point("bold-gan", ganreg_commands=adds(click.Command("own"))),
        point("cold-gan", ganreg_commands=adds(click.Command("own"))),
    )

    assert call(registry, "own").err.splitlines() == [
        "Warning: the command 'list' of acme-gan is left out: there is one of that name already",
        "Warning: the command 'own' of cold-gan is left out: there is one of that name already",
    ]


def test_main_exits_with_the_code(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["ganreg", "--version"])

    with pytest.raises(SystemExit, match="0"):
        main()
    assert capsys.readouterr().out == f"ganreg {ganreg.__version__}\n"


def test_main_is_interrupted_quietly(monkeypatch):
    def run(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("ganreg.cli.app.run", run)

    with pytest.raises(SystemExit, match="130"):
        main()
