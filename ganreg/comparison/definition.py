"""One trial, as a plan defines it."""

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
        axes: the alternative on each axis that has several; the recipe's name if there is no such axis.
        recipe: the recipe, with the components, the settings and the seed of this trial.
    """

    number: int
    axes: Mapping[str, str]
    recipe: Recipe

    @property
    def seed(self) -> int:
        """The seed of the recipe."""
        return self.recipe.seed

    @property
    def slug(self) -> str:
        """The name of its folder: its number, a readable form of its alternatives, and its seed."""
        words = re.sub(r"[^A-Za-z0-9.]+", "-", " ".join(self.axes.values())).strip("-")[:_SLUG_LENGTH].strip("-")
        return f"{self.number:04d}-{words}-seed-{self.seed}"
