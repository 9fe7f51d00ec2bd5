"""The `ganreg` command itself: errors, exit codes and its own options."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

import ganreg
from ganreg.cli.app import run
from ganreg.cli.state import State
from ganreg.errors import DataError, PluginError, TrainingError


def raising(error):
    @click.command()
    def fail():
        """Fails."""
        raise error

    return fail


@pytest.fixture
def fails(point, make_registry, adds):
    """A registry whose plugin adds a command `fail` that raises an error."""
    return lambda error: make_registry(point("acme-gan", ganreg_commands=adds(raising(error))))


def test_version(call, make_registry):
    assert call(make_registry(), "--version").out == f"ganreg {ganreg.__version__}\n"


def test_python_m_ganreg_is_the_same_command():
    command = [sys.executable, "-m", "ganreg", "--version"]

    process = subprocess.run(command, capture_output=True, text=True, check=True)

    assert (process.stdout, process.stderr) == (f"ganreg {ganreg.__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
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


def test_a_command_may_choose_its_exit_code(call, point, make_registry, adds):
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
def test_every_command_but_plugins_warns_once_of_broken_plugins(call, point, make_registry, broken, adds, arguments):
    registry = make_registry(broken, point("acme-gan", ganreg_commands=adds(click.Command("acme"))))

    err = call(registry, *arguments).err

    line = "Warning: a plugin of bad-gan failed to load; run `ganreg plugins` to see why"
    assert err.splitlines().count(line) == 1
    assert "bad-gan" not in call(registry, "plugins").err
