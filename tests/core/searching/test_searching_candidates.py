"""Which recipes a search starts from."""

import pytest

import ganreg
from ganreg import Recipe, SpecError
from ganreg.contract.specs import Spec
from ganreg.searching.candidates import CannotSearchError, DataKind, candidates

KNOWN = ganreg.registry()


@pytest.fixture(scope="module")
def digits():
    return DataKind(Spec("digits"), KNOWN)


def names(recipes):
    return [recipe.name for recipe in recipes]


def test_recipes_of_the_same_kind_of_data_are_found_the_ones_for_this_dataset_first(digits, ring):
    images, _ = candidates(digits, (), KNOWN)
    points, _ = candidates(ring, (), KNOWN)

    assert images[0].default
    assert {"dcgan", "r3gan"} <= set(names(images))
    assert not {"ring", "grid", "signal", "volume", "pix2pix"} & set(names(images))
    assert {"ring", "grid", "quadratic"} <= set(names(points))
    assert not {"dcgan", "gaussian-1d"} & set(names(points))
    assert names(points).index("ring") < names(points).index("grid")


def test_recipes_are_complete_and_for_the_data(ring):
    accepted, _ = candidates(ring, ["grid"], KNOWN)

    assert accepted[0].dataset.name == "ring"
    assert accepted[0].generator.parameters["activation"] == "leaky-relu"
    assert accepted[0].generator.parameters["norm"] == "none"  # a default, written out


def test_what_does_not_fit_is_refused_with_the_reason(digits, ring):
    _, refused = candidates(digits, ["stargan", "pix2pix"], KNOWN)
    assert names(refused) == ["stargan", "pix2pix"]
    assert "from other samples" in refused[0].reason

    accepted, refused = candidates(ring, [Recipe(name="mine", generator="dcgan")], KNOWN)
    assert accepted == []
    assert "dcgan" in refused[0].reason


def test_a_warning_is_a_doubt_and_keeps_a_component_out(ring):
    recipe = ring.complete(Recipe(name="mine", generator="mlp", discriminator="mlp", loss="wasserstein"))

    assert "slope" in ring.doubts(recipe) or ring.doubts(recipe)
    assert not ring.accepts(recipe)
    assert ring.accepts(recipe.updated(loss="hinge"))


def test_an_unknown_recipe_or_dataset_is_an_error(ring):
    with pytest.raises(ganreg.UnknownComponentError):
        candidates(ring, ["none-such"], KNOWN)
    with pytest.raises(ganreg.UnknownComponentError):
        DataKind(Spec("none-such"), KNOWN)
    with pytest.raises(SpecError):
        DataKind(Spec("ring", {"gaussians": -1}), KNOWN)


def test_games_that_make_samples_from_samples_need_sources(digits):
    with pytest.raises(CannotSearchError, match="no sources"):
        digits.complete(KNOWN.recipe("stargan"))
