"""Showing objects: never an error, and notebooks are told from terminals."""

from __future__ import annotations

import sys
import types

import pytest

from ganreg.shown import Shown, displayed, in_notebook


class Broken(Shown):
    """Its display does not know it."""

    shown_by = "runs"


class Unknown(Shown):
    """There is no such display."""

    shown_by = "nothing"


@pytest.mark.parametrize("shown", [Broken(), Unknown()])
def test_what_cannot_be_shown_has_a_text(shown):
    assert shown._repr_html_() is None
    assert repr(shown) == f"<{type(shown).__name__}>"


def test_a_function_is_found_by_its_place():
    assert displayed("fragments:cut", "abcdef", most=3) == "ab…"


def test_a_program_without_ipython_is_no_notebook(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert not in_notebook()


@pytest.mark.parametrize(
    ("shell", "expected"),
    [
        (None, False),
        (types.SimpleNamespace(), False),
        (types.SimpleNamespace(config={}), False),
        (types.SimpleNamespace(config={"IPKernelApp": {}}), True),
    ],
)
def test_a_shell_of_ipykernel_is_a_notebook(monkeypatch, shell, expected):
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    assert in_notebook() is expected
