"""What a search varies."""

import random
from typing import ClassVar

import attrs
import pytest
from attrs import validators

import ganreg
from ganreg import Component, Recipe, Regularizer, parameter
from ganreg.searching.space import Space, joining

OWN = {
    "generator": "mlp:latent_dim=2,widths=[24],conditional=false",
    "discriminator": "mlp",
    "loss": "hinge",
    "regularizers": ["r1:weight=0.001", "spectral-norm"],
    "generator_optimizer": "adam:learning_rate=0.001",
}


class Chosen:
    """Chooses at random, and remembers what was asked for."""

    def __init__(self, seed=0, **fixed):
        self.stream, self.fixed, self.asked = random.Random(seed), fixed, {}  # noqa: S311 - for tests

    def _answer(self, name, value, what):
        assert self.asked.setdefault(name, what) == what
        return self.fixed.get(name, value)

    def suggest_categorical(self, name, choices):
        return self._answer(name, self.stream.choice(choices), tuple(choices))

    def suggest_float(self, name, low, high, *, log=False):
        return self._answer(name, self.stream.uniform(low, high), (low, high, log))

    def suggest_int(self, name, low, high, *, log=False):
        return self._answer(name, self.stream.randint(low, high), (low, high, log))


@pytest.fixture(scope="module")
def recipe():
    return Recipe(name="mine", **OWN)


@pytest.fixture(scope="module")
def space(recipe):
    return Space([recipe], {"loss": ["minimax"], "regularizer": ["lecam"], "generator": ["tabular"]}, ganreg.registry())


def test_the_choices_of_a_recipe_as_it_is_lead_to_that_recipe(space, recipe):
    choices = Chosen(**space.as_it_is(recipe))

    again = space.chosen(choices)

    assert again.generator.parameters["widths"] == [24]
    assert again.regularizers[0].parameters["weight"] == 0.001
    assert again.generator_optimizer.parameters["learning_rate"] == 0.001
    assert (again.batch_size, again.ema_decay, again.loss, again.name) == (64, 0.999, recipe.loss, "mine")
    assert space.changes(space.as_it_is(recipe), recipe) == {}


def test_ranges_are_the_declared_ones_widened_to_the_recipes_own_values(space):
    choices = Chosen(change="nothing")
    space.chosen(choices)

    assert choices.asked["regularizer.r1.weight"] == (0.001, 100.0, True)
    assert choices.asked["generator.mlp.latent_dim"] == (2, 128, True)
    assert "[24]" in choices.asked["generator.mlp.widths"]
    assert choices.asked["generator_optimizer.learning_rate (factor)"] == (0.25, 4.0, True)
    assert "discriminator.mlp.conditional" not in choices.asked
    assert not any("initializer" in name for name in choices.asked)


@pytest.mark.parametrize("seed", range(5))
def test_every_choice_is_a_legal_value_of_the_components(space, seed):
    recipe = space.chosen(Chosen(seed))

    ganreg.registry().check(recipe)


@pytest.mark.parametrize(
    ("change", "name", "expected"),
    [
        ("loss", "minimax", lambda recipe: recipe.loss.name == "minimax"),
        ("generator", "tabular", lambda recipe: recipe.generator.name == "tabular"),
        ("regularizer", "lecam", lambda recipe: [spec.name for spec in recipe.regularizers][2:] == ["lecam"]),
        ("regularizer", "none", lambda recipe: recipe.regularizers == ()),
    ],
)
def test_one_component_changes_at_most(space, recipe, change, name, expected):
    changed = space.chosen(Chosen(change=change, **{change: name}))

    assert expected(changed)
    kept = {"loss", "generator", "discriminator"} - {change}
    assert all(getattr(changed, role).name == getattr(recipe, role).name for role in kept)


def test_the_same_choices_are_offered_whatever_was_chosen_before(space):
    offered = {}
    for seed in range(20):
        choices = Chosen(seed)
        space.chosen(choices)
        for name, what in choices.asked.items():
            assert offered.setdefault(name, what) == what


def test_a_translator_is_not_replaced_by_a_generator():
    known = ganreg.registry()
    translating = known.recipe("pix2pix")
    space = Space([translating], {"generator": ["dcgan"], "loss": ["hinge"]}, known)

    assert list(space.with_other("generator", "dcgan")) == []
    (changed,) = space.with_other("loss", "hinge")
    assert changed.loss.name == "hinge"
    assert space.chosen(Chosen(change="generator", generator="dcgan")).generator.name == "u-net"


@attrs.frozen(kw_only=True)
class Strict(Regularizer):
    """A third party's, which declares a search."""

    needs_latents: ClassVar[bool] = False
    strength: float = parameter(1.0, "how strict", validators.gt(0), search=(0.5, 2.0))


@attrs.frozen(kw_only=True)
class Silent(Regularizer):
    """A third party's, which declares none."""

    strength: float = parameter(1.0, "how strict", validators.gt(0))


def test_a_third_partys_component_joins_by_declaring_a_search(point, make_registry):
    known = make_registry(
        point("acme-gan", ganreg_regularizers=[Component("strict", Strict), Component("silent", Silent)])
    )
    space = Space([Recipe(name="mine")], {"regularizer": list(joining("regularizer", known))}, known)

    assert list(joining("regularizer", known)) == ["strict"]
    choices = Chosen(change="regularizer", regularizer="strict")
    (added,) = space.chosen(choices).regularizers
    assert added.name == "strict"
    assert 0.5 <= added.parameters["strength"] <= 2.0
    assert choices.asked["regularizer.strict.strength"] == (0.5, 2.0, False)


def test_components_without_parameters_join_too():
    assert {"hinge", "wasserstein"} <= set(joining("loss", ganreg.registry()))
