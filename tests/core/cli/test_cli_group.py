"""Finding commands: the bundled ones without importing them, and those of plugins."""

from __future__ import annotations

import os
import sys

import click
import pytest

from ganreg.cli.group import COMMANDS, LazyGroup


@pytest.mark.parametrize("name", COMMANDS)
def test_help_lines_are_those_of_the_commands(name):
    command = LazyGroup().get_command(click.Context(LazyGroup(), obj=None), name)

    assert command.help.splitlines()[0] == COMMANDS[name][1]


@pytest.mark.parametrize("arguments", [(), ("-h",), ("--help",)])
def test_help_lists_every_command(call, make_registry, arguments):
    answer = call(make_registry(), *arguments)

    assert (answer.code, answer.err) == (0, "")
    for name, (_, line) in COMMANDS.items():
        assert f" {name} {line}" in " ".join(answer.out.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_within_80_columns(call, make_registry, name):
    short, long = (call(make_registry(), name, option) for option in ("-h", "--help"))

    assert short == long
    assert short.code == 0
    assert short.out.startswith(f"Usage: ganreg {name}")
    examples = [line for line in short.out.splitlines() if line.startswith("    ganreg ")]
    assert all(len(line) <= 80 for line in short.out.splitlines() if line not in examples)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_option_has_help_that_is_a_sentence(name):
    command = LazyGroup().get_command(click.Context(LazyGroup(), obj=None), name)

    texts = {option.opts[0]: option.help for option in command.params if isinstance(option, click.Option)}

    assert {option: text for option, text in texts.items() if not text or not text.endswith(".")} == {}


def test_an_unknown_command_is_two_lines_with_the_nearest(call, make_registry):
    answer = call(make_registry(), "lst")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.splitlines() == [
        "Error: there is no command 'lst'; did you mean 'list'?",
        "Try 'ganreg --help' for help.",
    ]


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


def raising(error):
    def raise_it(cli):
        raise error

    return raise_it


@pytest.mark.parametrize(
    ("hook", "reason"),
    [
        (half, "RuntimeError: no server"),
        (lambda cli: sys.exit(3), "SystemExit: 3"),
        (raising(GeneratorExit()), "GeneratorExit"),
        (raising(KeyboardInterrupt("own")), "KeyboardInterrupt: own"),
    ],
)
def test_a_plugin_that_fails_to_add_commands_costs_only_its_own(call, point, make_registry, adds, hook, reason):
    registry = make_registry(
        point("acme-gan", ganreg_commands=hook),
        point("good-gan", ganreg_commands=adds(click.Command("good"))),
    )

    answer = call(registry, "--help")

    assert answer.code == 0
    assert answer.err == f"Warning: the commands of acme-gan are not available: {reason}\n"
    assert "good" in answer.out
    assert "half" not in answer.out


class FailingHelp(click.Command):
    def get_short_help_str(self, limit=45):
        raise RuntimeError("boom")


def test_commands_that_are_none_are_left_out(call, point, make_registry):
    def add(cli):
        cli.commands |= {
            "five": 5,
            5: click.Command("number"),
            "mute": FailingHelp("mute"),
            "good": click.Command("good"),
        }
        os.write(1, b"noise")

    answer = call(make_registry(point("acme-gan", ganreg_commands=add)), "--help")

    assert answer.code == 0
    assert "Warning: the command 'five' of acme-gan is not available" in answer.err
    assert "Warning: the command 5 of acme-gan is not available" in answer.err
    assert "mute      (its help fails: RuntimeError: boom)" in answer.out
    assert "good" in answer.out


def test_a_plugin_cannot_take_the_name_of_another_command(call, point, make_registry, adds):
    registry = make_registry(
        point("acme-gan", ganreg_commands=adds(click.Command("list"))),
        point("bold-gan", ganreg_commands=adds(click.Command("own"))),
        point("cold-gan", ganreg_commands=adds(click.Command("own"))),
    )

    assert call(registry, "own").err.splitlines() == [
        "Warning: the command 'list' of acme-gan is not available: another command has that name",
        "Warning: the command 'own' of cold-gan is not available: another command has that name",
    ]
