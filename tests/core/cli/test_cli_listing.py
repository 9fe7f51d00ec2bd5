"""`ganreg list`."""

from __future__ import annotations

import json

import pytest

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


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_taken_in_the_singular_and_the_plural(kind, call, registry):
    singular, many = (call(registry, "list", spelling, "--json") for spelling in (kind, KINDS[kind].plural.upper()))

    assert singular == many
    assert {row["kind"] for row in json.loads(singular.out)} <= {kind}


def test_an_unknown_kind_is_wrong_input(call, registry):
    answer = call(registry, "list", "los")

    assert answer.code == 2
    assert answer.out == ""
    assert answer.err == "Error: there is no kind 'los'; did you mean 'loss'?\nTry 'ganreg list --help' for help.\n"


def test_the_table_names_all_and_keeps_to_80_columns(call, registry, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    lines = call(registry, "list").out.splitlines()

    assert lines[0].split() == ["NAME", "PLUGIN", "SUMMARY"]
    assert "losses" in lines
    assert "  acme-gan/hinge   acme-gan   a margin" in lines
    assert max(map(len, lines)) <= 80
    assert "eighty columns" in lines[lines.index("recipes") - 1]


def test_nothing_to_list_is_no_error(call, make_registry):
    answer = call(make_registry(), "list", "losses")

    assert (answer.code, answer.out) == (0, "")
    assert answer.err == "No installed plugin offers a loss.\n"
    assert call(make_registry(), "list", "--json").out == "[]\n"


def test_failed_plugins_are_one_warning_line(call, point, make_registry, broken, hinge):
    registry = make_registry(point("acme-gan", ganreg_losses=[hinge]), broken, point("worse-gan", ganreg_losses=3))

    answer = call(registry, "list", "--json")

    assert answer.code == 0
    assert [row["name"] for row in json.loads(answer.out)] == ["hinge"]
    assert answer.err == (
        "Warning: plugins of bad-gan, worse-gan failed to load and are left out; `ganreg plugins` says why\n"
    )


def test_with_all_plugins_switched_off_it_says_so(call, point, make_registry):
    answer = call(make_registry(point("acme-gan"), disabled=frozenset({"*"})), "list")

    assert (answer.code, answer.out) == (0, "")
    assert answer.err == "All plugins are switched off, by --no-plugins or GANREG_DISABLE.\n"
