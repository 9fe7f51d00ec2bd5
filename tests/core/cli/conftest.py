"""Calling the command line in this process, on a registry of the test's own."""

from __future__ import annotations

import attrs
import pytest

import ganreg
from ganreg.cli.app import run
from ganreg.cli.state import State


@attrs.frozen
class Answer:
    """What a call gave back."""

    code: int
    out: str
    err: str


@pytest.fixture
def call(capsys):
    """Runs one command line: `call(registry, "list", "--json")`."""

    def call(registry, *arguments, **state):
        code = run(arguments, State(make_registry=lambda: registry, **state))
        return Answer(code, *capsys.readouterr())

    return call


@pytest.fixture
def ganreg_command(call):
    """Runs one command line with the installed plugins: `ganreg_command("train", ...)`."""
    return lambda *arguments: call(ganreg.registry(), *map(str, arguments))


@pytest.fixture(scope="session")
def tiny_training():
    """The words of a training that takes a second or two; the number of steps and the folder are to be added."""
    return (
        "train", "digits", "--dataset", "gaussian-1d:samples=64", "-g", "mlp:latent_dim=2,widths=[4]",
        "-d", "mlp:widths=[4]", "--batch-size", "16", "--execution", "graph", "--updates-per-call", "10",
    )  # fmt: skip


@pytest.fixture
def broken(point):
    """A plugin that fails to load."""
    return point("bad-gan", name="bad", version="0.3", ganreg_loses=[])


@pytest.fixture
def adds():
    """Makes a hook that adds a command: `ganreg_commands=adds(command)`."""
    return lambda command, name=None: lambda cli: cli.add_command(command, name)
