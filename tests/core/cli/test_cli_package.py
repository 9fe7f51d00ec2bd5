"""The entry point of the `ganreg` command."""

from __future__ import annotations

import sys

import pytest

import ganreg
from ganreg.cli import main


def test_it_exits_with_the_code_of_the_command(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["ganreg", "--version"])

    with pytest.raises(SystemExit) as exited:
        main()

    assert exited.value.code == 0
    assert capsys.readouterr().out == f"ganreg {ganreg.__version__}\n"


def test_an_interruption_before_the_command_is_quiet(monkeypatch, capsys):
    def run(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("ganreg.cli.app.run", run)

    with pytest.raises(SystemExit) as exited:
        main()

    assert exited.value.code == 130
    assert capsys.readouterr() == ("", "")
