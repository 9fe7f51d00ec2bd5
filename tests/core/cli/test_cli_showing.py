"""`ganreg show`."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Literal

import attrs
import pytest
from attrs import validators

from ganreg import Component, Game, Loss, Recipe, Regularizer, parameter
from ganreg.cli.showing import example_of


@attrs.frozen(kw_only=True)
class Penalty(Regularizer):
    """Draws gradients to 0.

    The formula::

        weight / 2 * |g|^2
    """

    weight: float = parameter(10.0, "how strong", validators.ge(0))
    widths: tuple[int, ...] = parameter((64, 32), "of the layers")
    limit: int | None = parameter(None, "at most")
    listed: list[int] = attrs.field(factory=list, metadata={"help": "some"})


@attrs.frozen(kw_only=True)
class Bare(Loss):
    pass


Bare.__doc__ = None


@pytest.fixture
def registry(point, make_registry, hinge):
    return make_registry(
        point(
            "acme-gan",
            version="2.0",
            ganreg_losses=[hinge, Component("bare", Bare)],
            ganreg_regularizers=[Component("penalty", Penalty, "keeps D flat", paper="arXiv:1801.04406")],
            ganreg_recipes=[Recipe(name="demo", summary="a demo", steps=5, regularizers="penalty:weight=1")],
        ),
        point("other-gan", ganreg_losses=[Component("hinge", Bare)]),
    )


class Coding(Game):
    """A game."""

    roles = {"generator": "translator", "discriminator": "discriminator", "encoder": "translator"}  # noqa: RUF012
    defaults = {"encoder": "deep:width=3"}  # noqa: RUF012
    needs = ("source", "labels")


@attrs.frozen(kw_only=True)
class Tried(Regularizer):
    """Declares what the search tries."""

    weight: float = parameter(1.0, "how strong", search=(0.001, 10.0, "log"))
    form: Literal["a", "b"] = parameter("a", "which form", search=["a", "b"])
    plain: int = parameter(1, "stays")


@pytest.fixture
def games(point, make_registry):
    return make_registry(
        point(
            "acme-gan",
            ganreg_games=[Component("coding", attrs.frozen(Coding))],
            ganreg_translators=[Component("turner", "acme:Turner", default=True)],
            ganreg_recipes=[Recipe(name="encoded", game="coding", networks={"encoder": "deep:width=5"})],
        )
    )


def test_json_has_the_keys_of_the_contract(call, registry):
    shown = json.loads(call(registry, "show", "regularizers", "penalty", "--json").out)

    parameters = {row.pop("name"): row for row in shown.pop("parameters")}
    assert shown == {
        "kind": "regularizer",
        "name": "penalty",
        "summary": "keeps D flat",
        "plugin": "acme-gan",
        "version": "2.0",
        "paper": "arXiv:1801.04406",
    }
    assert list(parameters) == ["every", "weight", "widths", "limit", "listed"]
    assert parameters["weight"] == {"type": "float", "default": 10.0, "help": "how strong", "search": None}
    assert parameters["widths"] == {"type": "list of int", "default": [64, 32], "help": "of the layers", "search": None}
    assert parameters["limit"] == {"type": "int|none", "default": None, "help": "at most", "search": None}
    assert parameters["listed"] == {"type": "list of int", "default": [], "help": "some", "search": None}


def test_ranges_and_alternatives_of_the_search_are_shown(call, point, make_registry):
    known = make_registry(point("acme-gan", ganreg_regularizers=[Component("tried", Tried)]))

    listed = json.loads(call(known, "show", "regularizer", "tried", "--json").out)["parameters"]
    text = call(known, "show", "regularizer", "tried").out

    rows = {row["name"]: row for row in listed}
    assert rows["weight"]["search"] == {"low": 0.001, "high": 10.0, "log": True}
    assert rows["form"]["search"] == {"choices": ["a", "b"]}
    assert rows["plain"]["search"] is None
    assert re.search(r"^weight +float +1.0 +0.001 to 10 \(log\) +how strong$", text, re.MULTILINE)
    assert re.search(r"^form +a\|b +a +a \| b +which form$", text, re.MULTILINE)
    assert re.search(r"^plain +int +1 +stays$", text, re.MULTILINE)


def test_text_has_docstring_parameters_and_an_example_that_works(call, registry):
    answer = call(registry, "show", "regularizer", "penalty")

    lines = answer.out.splitlines()
    assert lines[:2] == ["regularizer penalty: keeps D flat", "from acme-gan 2.0, arXiv:1801.04406"]
    assert "    weight / 2 * |g|^2" in lines
    assert "widths     list of int  [64,32]  of the layers" in lines
    assert lines[-1] == "Example: penalty:weight=10.0"
    assert registry.create("regularizer", lines[-1].removeprefix("Example: ")) == Penalty()
    assert max(map(len, lines)) <= 80


def test_an_example_names_every_path_that_comes_first():
    rows = [
        {"name": "source", "type": "Path|none", "default": None},
        {"name": "target", "type": "Path", "default": None},
        {"name": "size", "type": "int", "default": 64},
        {"name": "mask", "type": "Path|none", "default": None},
    ]
    assert example_of("pairs", rows) == "pairs:source=PATH,target=PATH"
    assert example_of("pairs", rows[2:]) == "pairs:size=64"


def test_a_game_says_who_plays_and_what_the_data_must_have(call, games):
    shown = json.loads(call(games, "show", "game", "coding", "--json").out)
    assert shown["roles"] == [
        {"name": "generator", "kind": "translator", "default": "turner"},
        {"name": "discriminator", "kind": "discriminator", "default": None},
        {"name": "encoder", "kind": "translator", "default": "deep:width=3"},
    ]
    assert shown["needs"] == ["source", "labels"]

    lines = call(games, "show", "game", "coding").out.splitlines()
    assert [line.split() for line in lines[lines.index("A game.") + 2 :]] == [
        ["ROLE", "KIND", "DEFAULT", "OPTION"],
        ["generator", "translator", "turner", "-g", "SPEC"],
        ["discriminator", "discriminator", "none", "-d", "SPEC"],
        ["encoder", "translator", "deep:width=3", "--network", "encoder=SPEC"],
        [],
        ["The", "data", "must", "have", "sources", "and", "labels."],
        [],
        ["Example:", "coding"],
    ]


def test_other_components_have_no_roles(call, registry):
    assert "roles" not in json.loads(call(registry, "show", "loss", "bare", "--json").out)


def test_a_recipe_shows_its_game_and_its_networks(call, games):
    text = call(games, "show", "recipe", "encoded").out
    assert '\n[game]\nname = "coding"\n' in text
    assert '\n[networks.encoder]\nname = "deep"\nwidth = 5\n' in text

    shown = json.loads(call(games, "show", "recipe", "encoded", "--json").out)
    defaults = {row["name"]: row["default"] for row in shown["parameters"]}
    assert defaults["game"] == {"name": "coding"}
    assert defaults["networks"] == {"encoder": {"name": "deep", "width": 5}}


def test_an_implementation_without_docstring_or_parameters(call, registry):
    answer = call(registry, "show", "loss", "bare")

    assert answer.out.splitlines() == ["loss bare", "from acme-gan 2.0", "", "Example: bare"]


def test_a_qualified_name_shows_one_of_two(call, registry):
    assert json.loads(call(registry, "show", "loss", "other-gan/hinge", "--json").out)["plugin"] == "other-gan"


def test_a_recipe_is_shown_whole_as_toml(call, registry):
    head, _, text = call(registry, "show", "recipe", "demo").out.partition("\n\n")

    assert head == "recipe demo: a demo\nfrom acme-gan 2.0"
    assert Recipe.from_table(tomllib.loads(text)) == registry.recipe("demo")


def test_a_recipe_as_json_has_its_own_values_as_defaults(call, registry):
    shown = json.loads(call(registry, "show", "recipe", "demo", "--json").out)

    defaults = {row["name"]: row["default"] for row in shown["parameters"]}
    assert (defaults["steps"], defaults["batch_size"]) == (5, 64)
    assert defaults["regularizers"] == [{"name": "penalty", "weight": 1}]
    assert defaults["dataset"] is None


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("loss", "hing"), 2, "Error: unknown loss 'hing'; did you mean 'acme-gan/hinge' or 'other-gan/hinge'?"),
        (("loss", "hinge"), 2, "Error: loss 'hinge' is offered by more than one distribution; use 'acme-gan/hinge' or"),
        (("los", "hinge"), 2, "Error: there is no kind 'los'; did you mean 'loss'?"),
        (("loss",), 2, "Error: Missing argument 'NAME'"),
        (("bare",), 2, "Error: 'bare' is the name of a component, not a kind; try 'ganreg show loss bare'\n"),
        (
            ("acme-gan/bare",),
            2,
            "Error: 'acme-gan/bare' is the name of a component, not a kind; try 'ganreg show loss bare'",
        ),
        (
            ("hinge",),
            2,
            "Error: 'hinge' is the name of a component, not a kind; try 'ganreg show loss acme-gan/hinge' or ",
        ),
        (("loss", "acme-gan/hinge"), 1, "Error: loss 'hinge' of acme-gan cannot be loaded: ModuleNotFoundError"),
    ],
)
def test_errors_are_short_and_have_their_exit_codes(arguments, code, message, call, registry):
    answer = call(registry, "show", *arguments)

    assert (answer.code, answer.out) == (code, "")
    assert answer.err.startswith(message)
    assert answer.err.count("\n") <= 2
