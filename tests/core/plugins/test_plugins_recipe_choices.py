"""What choosing components makes of a recipe, and which recipes cannot play the chosen game."""

import pytest

import ganreg
from ganreg import AssemblyError, Component, Game, Recipe, Spec
from ganreg.plugins.recipe_choices import refuse_other_kinds, with_choices


class Encoding(Game):
    """The usual game with an encoder, whose default is its own choice."""

    roles = {"generator": "generator", "discriminator": "discriminator", "encoder": "translator"}  # noqa: RUF012
    defaults = {"encoder": "deep:width=3"}  # noqa: RUF012


class Judging(Game):
    """An encoder that is a discriminator by kind."""

    roles = {**Encoding.roles, "encoder": "discriminator"}  # noqa: RUF012


class Turning(Game):
    """A game without latents."""

    roles = {"generator": "translator", "discriminator": "discriminator"}  # noqa: RUF012


@pytest.fixture
def known(make_registry, point):
    return make_registry(
        point(
            "acme",
            ganreg_generators=[Component("plain", "acme:Plain", default=True)],
            ganreg_discriminators=[Component("critic", "acme:Critic", default=True)],
            ganreg_translators=[Component("shallow", "acme:Shallow", default=True), Component("deep", "acme:Deep")],
            ganreg_losses=[Component("hinge", "acme:Hinge", default=True)],
            ganreg_games=[
                Component("encoding", Encoding), Component("judging", Judging), Component("turning", Turning),
            ],
        )
    )  # fmt: skip


def named(recipe):
    """The names of a recipe's components, by role."""
    fields = {role: getattr(recipe, role) for role in ("game", "generator", "discriminator", "loss")}
    return {role: str(spec) for role, spec in {**fields, **recipe.networks}.items() if spec is not None}


def test_what_nobody_chose_is_named(known):
    assert named(with_choices(Recipe(), {}, known)) == {
        "generator": "plain", "discriminator": "critic", "loss": "hinge"
    }  # fmt: skip
    assert named(with_choices(Recipe(loss="mine"), {"game": "turning", "discriminator": "d:x=1"}, known)) == {
        "game": "turning", "generator": "shallow", "discriminator": "d:x=1", "loss": "mine"
    }  # fmt: skip


def test_a_role_of_the_game_has_the_games_default(known):
    recipe = with_choices(Recipe(), {"game": "encoding"}, known)

    assert named(recipe)["encoder"] == "deep:width=3"
    changed = recipe.with_settings(["networks.encoder.width=9", "networks.encoder.depth=2"])
    assert {key: str(value) for key, value in changed.networks["encoder"].parameters.items()} == {
        "width": "9", "depth": "2"
    }  # fmt: skip


def test_chosen_networks_replace_those_of_the_recipe_by_role(known):
    recipe = Recipe(game="encoding", networks={"encoder": "deep:width=1", "other": "deep"})

    chosen = with_choices(recipe, {"networks": {"encoder": "shallow"}}, known)

    assert chosen.networks == {"encoder": Spec("shallow"), "other": Spec("deep")}


def test_other_fields_are_changed_as_well_and_none_leaves_them(known):
    recipe = with_choices(Recipe(steps=3), {"steps": 7, "batch_size": None, "regularizers": ["r1"]}, known)

    assert (recipe.steps, recipe.batch_size) == (7, Recipe().batch_size)
    assert recipe.regularizers == (Spec("r1"),)


def test_another_game_loses_the_networks_of_the_recipe_that_it_does_not_have(known):
    recipe = Recipe(game="encoding", networks={"encoder": "deep"}, generator="plain")

    assert "encoder" not in named(with_choices(recipe, {"game": "none"}, known))
    assert with_choices(recipe, {"game": "none"}, known).game is None
    kept = with_choices(recipe, {"game": "none", "networks": {"encoder": "deep"}}, known)
    assert "encoder" in kept.networks  # chosen by the user, so that resolving refuses it


@pytest.mark.parametrize(
    ("recipe", "game", "message"),
    [
        (
            Recipe(name="mine", generator="plain"),
            "turning",
            r"recipe 'mine' has a generator, 'plain', where the chosen game needs a translator; choose one with -g "
            r"SPEC \(see `ganreg list translator`\)",
        ),
        (
            Recipe(name="mine", game="turning", generator="deep"),
            "none",
            "recipe 'mine' has a translator, 'deep', where the chosen game needs a generator; choose one with -g SPEC",
        ),
        (
            Recipe(name="mine", game="encoding", networks={"encoder": "deep"}),
            "judging",
            "has a translator, 'deep', where the chosen game needs a discriminator; choose one with "
            "--network encoder=SPEC",
        ),
    ],
    ids=["generator", "translator", "network"],
)
def test_components_of_another_kind_are_refused_unless_they_are_replaced(known, recipe, game, message):
    with pytest.raises(AssemblyError, match=message):
        with_choices(recipe, {"game": game}, known)

    replaced = {"generator": "new", "networks": {"encoder": "new"}}
    assert with_choices(recipe, {"game": game, **replaced}, known).generator == Spec("new")
    refuse_other_kinds(recipe, None, {}, known)  # the recipe's own game


def test_a_game_with_the_same_kinds_keeps_the_components(known):
    recipe = Recipe(generator="plain:width=2", discriminator="critic:width=3")

    assert named(with_choices(recipe, {"game": "encoding"}, known))["generator"] == "plain:width=2"


def test_assembling_refuses_them_too():
    with pytest.raises(AssemblyError, match="recipe 'ring' has a generator, 'mlp', where the chosen game needs a tr"):
        ganreg.assemble("ring", game="translation")
