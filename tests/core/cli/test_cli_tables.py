"""Plain tables."""

from __future__ import annotations

import pytest

from ganreg.cli.tables import echo_table, terminal_width


@pytest.mark.parametrize(("columns", "expected"), [("40", 40), ("80", 80), ("500", 120)])
def test_the_width_is_the_terminals_up_to_a_limit(monkeypatch, columns, expected):
    monkeypatch.setenv("COLUMNS", columns)

    assert terminal_width() == expected


def test_the_last_column_wraps(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "40")

    echo_table(("A", "B", "LAST"), [("one", "two", "words that go on for more than a line"), ("x", "y", "")])

    assert capsys.readouterr().out.splitlines() == [
        "A    B    LAST",
        "one  two  words that go on for more than",
        "          a line",
        "x    y",
    ]


def test_a_word_that_is_too_long_is_broken(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "20")

    echo_table(("A", "LAST"), [("one", "x" * 40)])

    assert max(map(len, capsys.readouterr().out.splitlines())) == 5 + 24
