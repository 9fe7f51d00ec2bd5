"""Calling the command line in this process, on a registry of the test's own."""

from __future__ import annotations

import attrs
import pytest

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
def broken(point):
    """A plugin that fails to load."""
    return point("bad-gan", name="bad", version="0.3", ganreg_loses=[])
