"""Recipes with one fault each."""

from __future__ import annotations

import attrs

from faulty_gan.fault import Fault
from ganreg import Recipe, parameter

_COMPLETE = {"summary": "a recipe of a faulty package", "dataset": "gaussian-1d"}


@attrs.frozen(kw_only=True)
class OwnRecipe(Recipe):
    """A recipe with a field that no file can hold."""

    mood: str = parameter("good", "a field without meaning")


RECIPES = (
    Fault("survives-toml", OwnRecipe(name="own", mood="bad", **_COMPLETE), "SpecError"),
    Fault(
        "fits-together", Recipe(name="slippery", loss="wasserstein", **_COMPLETE), "needs a discriminator of bounded"
    ),
    Fault(
        "trains",
        Recipe(name="lazy", generator_optimizer="sgd:learning_rate=1e-60", **_COMPLETE),
        "do not change the generator",
    ),
)
