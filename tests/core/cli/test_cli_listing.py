"""`ganreg list`."""

from __future__ import annotations

import json

import pytest

import ganreg
from ganreg import Component, Recipe
from ganreg.contract.kinds import KINDS


@pytest.fixture
def registry(point, make_registry, hinge):
    long = "a summary of so many words that it can by no means stand on a single line of eighty columns"
    return make_registry(
        point("acme-gan", version="2.0", ganreg_losses=[hinge], ganreg_metrics=[Component("fid", "acme:FID", long)]),
        point("other-gan", ganreg_losses=[Component("hinge", "other:Hinge")], ganreg_recipes=[Recipe(name="demo")]),
    )


def test_json_has_the_keys_of_the_contract(call, registry):
    answer = call(registry, "list", "metric", "--json")

    (row,) = json.loads(answer.out)
    assert row == {
        "kind": "metric",
        "name": "fid",
        "summary": registry.find("metric", "fid").summary,
        "plugin": "acme-gan",
        "version": "2.0",
        "paper": "",
    }
    assert (answer.code, answer.err) == (0, "")


def test_all_kinds_in_their_order_with_clashing_names_qualified(call, registry):
    rows = json.loads(call(registry, "list", "--json").out)

    assert [(row["kind"], row["name"]) for row in rows] == [
        ("loss", "acme-gan/hinge"),
        ("loss", "other-gan/hinge"),
        ("metric", "fid"),
        ("recipe", "demo"),
    ]


@pytest.mark.parametrize("spelling", ["loss", "losses", "LOSSES"])
def test_one_kind_only(spelling, call, registry):
    rows = json.loads(call(registry, "list", spelling, "--json").out)

    assert [(row["kind"], row["plugin"]) for row in rows] == [("loss", "acme-gan"), ("loss", "other-gan")]


def test_help_names_every_kind(call, registry):
    out = call(registry, "list", "--help").out

    assert [kind for kind in KINDS if kind not in out] == []


def test_an_unknown_kind_is_wrong_input(call, registry):
    answer = call(registry, "list", "los")

    assert answer.code == 2
    assert answer.out == ""
    assert answer.err == "Error: there is no kind 'los'; did you mean 'loss'?\nTry 'ganreg list --help' for help.\n"


def test_each_component_is_one_line_under_its_kind_and_plugin(call, registry, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")

    assert call(registry, "list").out.splitlines() == [
        "losses (acme-gan)",
        "  acme-gan/hinge   a margin",
        "",
        "losses (other-gan)",
        "  other-gan/hinge",
        "",
        "metrics (acme-gan)",
        "  fid  a summary of so many words that it can by no means stand on a single...",
        "",
        "recipes (other-gan)",
        "  demo",
    ]


@pytest.mark.parametrize("columns", [40, 62, 80, 120])
def test_a_summary_is_cut_at_the_width_and_not_before(call, registry, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    summary = registry.find("metric", "fid").summary

    (line,) = call(registry, "list", "metric").out.splitlines()[1:]

    shown = line.removeprefix("  fid  ")
    if len(summary) + 7 <= columns:
        assert shown == summary
    else:
        words = len(shown.removesuffix("...").split())
        assert shown == " ".join(summary.split()[:words]) + "..."
        assert len(line) <= columns < len(line) + 1 + len(summary.split()[words])


def test_names_are_never_cut(call, point, make_registry, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    name = "a-very-long-name-of-a-loss-that-fills-the-line"

    out = call(make_registry(point("acme-gan", ganreg_losses=[Component(name, "a:B", "short")])), "list").out

    assert f"  {name}  " in out


def test_the_bundled_components_take_a_line_each_in_80_columns(call, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")

    lines = call(ganreg.registry(), "list").out.splitlines()

    components = [line for line in lines if line.startswith("  ")]
    headings = [line for line in lines if line and not line.startswith(" ")]
    assert len(components) == len(ganreg.registry().entries())
    assert len(set(headings)) == len(headings)
    assert max(map(len, lines)) <= 80


def test_nothing_to_list_is_no_error(call, make_registry):
    answer = call(make_registry(), "list", "losses")

    assert (answer.code, answer.out) == (0, "")
    assert answer.err == "No installed plugin offers a loss.\n"
    assert call(make_registry(), "list", "--json").out == "[]\n"


def test_a_failed_plugin_leaves_json_as_it_is(call, point, make_registry, broken, hinge):
    answer = call(make_registry(point("acme-gan", ganreg_losses=[hinge]), broken), "list", "--json")

    assert answer.code == 0
    assert [row["name"] for row in json.loads(answer.out)] == ["hinge"]
    assert answer.err.startswith("Warning: a plugin of bad-gan failed to load")


def test_with_all_plugins_switched_off_it_says_so(call, point, make_registry):
    answer = call(make_registry(point("acme-gan"), disabled=frozenset({"*"})), "list")

    assert (answer.code, answer.out) == (0, "")
    assert answer.err == "All plugins are switched off, by --no-plugins or GANREG_DISABLE.\n"
