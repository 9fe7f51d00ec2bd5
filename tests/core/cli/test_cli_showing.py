"""`ganreg show`."""

from __future__ import annotations

import json
import tomllib

import attrs
import pytest
from attrs import validators

from ganreg import Component, Loss, Recipe, Regularizer, parameter


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
    assert parameters["weight"] == {"type": "float", "default": 10.0, "help": "how strong"}
    assert parameters["widths"] == {"type": "list of int", "default": [64, 32], "help": "of the layers"}
    assert parameters["limit"] == {"type": "int|none", "default": None, "help": "at most"}
    assert parameters["listed"] == {"type": "list of int", "default": [], "help": "some"}


def test_text_has_docstring_parameters_and_an_example_that_works(call, registry):
    answer = call(registry, "show", "regularizer", "penalty")

    lines = answer.out.splitlines()
    assert lines[:2] == ["regularizer penalty: keeps D flat", "from acme-gan 2.0, arXiv:1801.04406"]
    assert "    weight / 2 * |g|^2" in lines
    assert "widths     list of int  [64,32]  of the layers" in lines
    assert lines[-1] == "Example: penalty:weight=10.0"
    assert registry.create("regularizer", lines[-1].removeprefix("Example: ")) == Penalty()
    assert max(map(len, lines)) <= 80


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
