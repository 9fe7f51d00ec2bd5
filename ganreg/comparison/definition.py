"""One trial, as a plan has it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs

from ganreg.contract.recipes import Recipe

_SLUG_LENGTH = 60


@attrs.frozen(kw_only=True)
class Definition:
    """One trial of a plan.

    Attributes:
        number: its place in the plan, from 0.
        axes: the alternative on each axis that has several; the recipe's name where none has.
        recipe: with the regularizers, the loss, the settings and the seed of this trial.
        networks_and_data: specs of `generator`, `discriminator` and `dataset` that stand in for the recipe's, whose
            own conditional networks give way where the user's would be refused.
    """

    number: int
    axes: Mapping[str, str]
    recipe: Recipe
    networks_and_data: Mapping[str, str]

    @property
    def seed(self) -> int:
        """The recipe's."""
        return self.recipe.seed

    @property
    def slug(self) -> str:
        """The name of its folder: the number, then what one can read of its alternatives."""
        words = re.sub(r"[^A-Za-z0-9.]+", "-", " ".join(self.axes.values())).strip("-")[:_SLUG_LENGTH].strip("-")
        return f"{self.number:04d}-{words}-seed-{self.seed}"
