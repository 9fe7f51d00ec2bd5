"""ganreg's bundled recipes: complete combinations of components, ready to train by name."""

from __future__ import annotations

from collections.abc import Iterable

from ganreg import Recipe, hookimpl
from ganreg_recipes import images, points, signals


@hookimpl
def ganreg_recipes() -> Iterable[Recipe]:
    """Offers the bundled recipes."""
    return [*points.RECIPES, *signals.RECIPES, *images.RECIPES]
