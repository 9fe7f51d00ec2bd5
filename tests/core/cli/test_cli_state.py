"""What the commands of one call share."""

from __future__ import annotations

import os

import attrs
import pytest

import ganreg
from ganreg import build_registry
from ganreg.cli.state import State, warn
from ganreg.plugins import hooks


@attrs.define
class Counting:
    """Makes a registry and counts how often; prints as a plugin might."""

    registry: object
    made: int = 0

    def __call__(self):
        self.made += 1
        print("hello from a plugin")  # noqa: T201 - what a plugin must not do, but may
        return self.registry


def test_a_warning_is_one_line_on_stderr(capsys):
    warn("the data have no labels")

    assert capsys.readouterr() == ("", "Warning: the data have no labels\n")


def test_the_registry_is_made_once_when_it_is_needed_and_nothing_of_it_is_on_stdout(capsys, make_registry):
    make = Counting(make_registry())
    state = State(make_registry=make)
    assert make.made == 0

    assert state.registry is state.registry is make.registry

    assert make.made == 1
    assert capsys.readouterr() == ("", "hello from a plugin\n")


def test_without_another_it_is_that_of_the_installed_plugins():
    assert State().registry is ganreg.registry()


def test_plugins_that_fail_to_load_are_one_line(capsys, point, make_registry, broken, hinge):
    registry = make_registry(point("acme-gan", ganreg_losses=[hinge]), broken, point("worse-gan", ganreg_losses=3))

    State(make_registry=lambda: registry).warn_of_plugins()

    assert capsys.readouterr().err == (
        "Warning: plugins of bad-gan, worse-gan failed to load; run `ganreg plugins` to see why\n"
    )


@pytest.mark.filterwarnings("ignore::ganreg.GanregWarning")
def test_a_misspelt_name_to_disable_is_one_line(capsys, monkeypatch, point):
    monkeypatch.setenv("GANREG_DISABLE", "acme-gam")
    registry = build_registry([point("acme-gan")])

    State(make_registry=lambda: registry).warn_of_names()

    (line,) = capsys.readouterr().err.splitlines()
    assert line == f"Warning: {registry.host.not_found[0]}"
    assert "did you mean 'acme-gan'?" in line


def test_a_deprecation_is_one_line(capsys, point, monkeypatch):
    @hooks.hookspec(warn_on_impl=DeprecationWarning("'ganreg_scores' goes in ganreg 9"))
    def ganreg_scores():
        """Was here before."""

    monkeypatch.setattr(hooks, "ganreg_scores", ganreg_scores, raising=False)

    State(make_registry=lambda: build_registry([point("acme-gan", ganreg_scores=())])).warn_of_plugins()

    assert capsys.readouterr().err == "Warning: acme-gan: 'ganreg_scores' goes in ganreg 9\n"


def test_all_plugins_can_be_disabled_for_child_processes_too(monkeypatch, point):
    monkeypatch.setenv("GANREG_DISABLE", "")
    state = State(make_registry=lambda: build_registry([point("acme-gan")]))

    state.leave_out_plugins()

    assert [plugin.status for plugin in state.registry.plugins] == ["disabled"]
    assert os.environ["GANREG_DISABLE"] == "*"
