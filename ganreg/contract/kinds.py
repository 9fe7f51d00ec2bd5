"""The kinds of component that there are: one row each, which everything else reads. Importable without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ganreg.contract.components import Component
from ganreg.contract.datasets import Dataset
from ganreg.contract.extractors import Extractor
from ganreg.contract.games import Game
from ganreg.contract.implementation import Implementation
from ganreg.contract.losses import Loss
from ganreg.contract.metrics import Metric
from ganreg.contract.networks import Discriminator, Generator
from ganreg.contract.recipes import ROLES, Recipe
from ganreg.contract.regularizers import Regularizer
from ganreg.contract.translators import Translator


@attrs.frozen
class Kind:
    """One kind of component.

    Attributes:
        name: in the singular, such as `"loss"`.
        plural: for listings, and for the name of the hook: `ganreg_losses`.
        base: the base class of its implementations; for the kind `recipe` the class of what its hook returns.
        options: how the command line names such a component, such as `("-l", "--loss")`; empty where it has no option.
        article: `"a"` or `"an"`, for messages.
    """

    name: str
    plural: str
    base: type[Any]
    options: tuple[str, ...] = ()
    article: str = "a"

    @property
    def hook(self) -> str:
        """The hook that plugins offer such components by."""
        return f"ganreg_{self.plural}"

    @property
    def has_implementations(self) -> bool:
        """Whether a component of this kind names a class; a recipe is its own record."""
        return issubclass(self.base, Implementation)

    @property
    def record(self) -> type[Any]:
        """The class of what the hook returns."""
        return Component if self.has_implementations else self.base


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("generator", "generators", Generator, ("-g", "--generator")),
        Kind("translator", "translators", Translator),
        Kind("discriminator", "discriminators", Discriminator, ("-d", "--discriminator")),
        Kind("loss", "losses", Loss, ("-l", "--loss")),
        Kind("regularizer", "regularizers", Regularizer, ("-r", "--regularizer")),
        Kind("game", "games", Game, ("--game",)),
        Kind("dataset", "datasets", Dataset, ("--dataset",)),
        Kind("metric", "metrics", Metric, ("-m", "--metric")),
        Kind("extractor", "extractors", Extractor, ("--features",), "an"),
        Kind("recipe", "recipes", Recipe),
    )
}
"""Every kind by name, in the order of listings. A new kind is one row here, its base class, and its hook in
`ganreg.plugins.hooks`."""

IMPLEMENTED: Mapping[str, Kind] = {name: kind for name, kind in KINDS.items() if kind.has_implementations}
"""Those whose components name a class."""


def kind_of_class(implementation: type) -> Kind | None:
    """The kind that a class belongs to by its base class, or `None`."""
    return next((kind for kind in IMPLEMENTED.values() if issubclass(implementation, kind.base)), None)


def option_for(role: str, spec: str) -> str:
    """How the command line names the component in a role of a game: `-g dcgan`, or `--network encoder=mlp`."""
    return f"{KINDS[role].options[0]} {spec}" if role in ROLES else f"--network {role}={spec}"
