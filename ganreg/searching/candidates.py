"""The recipes that a search starts from: those that suit the kind of data and assemble on them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from ganreg.contract.recipes import Recipe
from ganreg.contract.specs import Spec
from ganreg.data.spec import DataSpec
from ganreg.engine.attribution import attributed
from ganreg.engine.checks import problems
from ganreg.engine.resolving import resolve
from ganreg.errors import GanregError, GanregWarning
from ganreg.plugins.recipe_choices import with_choices
from ganreg.plugins.recipe_files import find_recipe
from ganreg.plugins.registry import Registry


@attrs.frozen
class Refusal:
    """A combination that cannot be trained on the data.

    Attributes:
        name: the name of the recipe.
        reason: why it was refused.
    """

    name: str
    reason: str


class DataKind:
    """A dataset, and whether a recipe suits it.

    Args:
        dataset: the spec of the dataset.
        known: the registry in which names are looked up.

    Attributes:
        spec: the description of one sample.

    Raises:
        GanregError: there is no such dataset, or it cannot be read.
    """

    def __init__(self, dataset: Spec, known: Registry) -> None:
        self.dataset, self._known = dataset, known
        self.spec = _described(dataset, known)

    def is_like(self, recipe: Recipe) -> bool:
        """Whether the recipe's own dataset is of the same kind, such as images; true if it names none."""
        if recipe.dataset is None:
            return True
        try:
            return _kind(_described(recipe.dataset, self._known)) == _kind(self.spec)
        except GanregError:  # its files are not there
            return False

    def complete(self, recipe: Recipe) -> Recipe:
        """Returns the recipe for this dataset with all hyperparameters written out, without building any network.

        Raises:
            GanregError: the components do not fit together or do not fit the data.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", GanregWarning)
            chosen = with_choices(recipe, {"dataset": self.dataset}, self._known)
            assembly = resolve(chosen, described=self.spec, known=self._known)
            found = list(problems(assembly))
        if assembly.translates != (self.spec.source is not None):
            made = "samples from other samples" if assembly.translates else "samples from latents"
            held = "sources" if self.spec.source is not None else "no sources"
            raise CannotSearchError(f"it makes {made}, and the data have {held}")
        for problem in found:
            if problem.severity == "error":
                raise CannotSearchError(str(problem))
        return assembly.recipe

    def accepts(self, recipe: Recipe) -> bool:
        """Whether a recipe fits together and fits the data without any warning."""
        try:
            return not self.doubts(self.complete(recipe))
        except GanregError:
            return False

    def doubts(self, recipe: Recipe) -> str:
        """Returns the first warning about a complete recipe, or an empty text."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", GanregWarning)
            found = problems(resolve(recipe, described=self.spec, known=self._known))
            return next((str(problem) for problem in found), "")


class CannotSearchError(GanregError):
    """A combination does not suit the data."""


def candidates(data: DataKind, names: Sequence[str | Recipe], known: Registry) -> tuple[list[Recipe], list[Refusal]]:
    """Returns the complete recipes to start from, and those that were refused.

    Args:
        data: the dataset.
        names: the recipes to start from; without any, those of the registry whose own dataset is of the same kind.
        known: the registry.

    Raises:
        GanregError: a recipe that was named does not exist.
    """
    accepted, refused = [], []
    for recipe in _named(names, known) if names else _suitable(data, known):
        try:
            accepted.append(attrs.evolve(data.complete(recipe), name=recipe.name, summary=recipe.summary))
        except GanregError as error:
            refused.append(Refusal(recipe.name, " ".join(str(error).split())))
    return accepted, refused


def _named(names: Sequence[str | Recipe], known: Registry) -> Iterator[Recipe]:
    for name in names:
        yield name if isinstance(name, Recipe) else find_recipe(name, known, ["dataset"])


def _suitable(data: DataKind, known: Registry) -> list[Recipe]:
    """The recipes of the registry for the kind of data, those that name this dataset first."""
    recipes: list[Recipe] = [known.recipe(name) for name in known.names("recipe")]
    own = [recipe for recipe in recipes if data.is_like(recipe)]
    return sorted(own, key=lambda recipe: _distance(recipe, data.dataset))


def _distance(recipe: Recipe, dataset: Spec) -> tuple[bool, bool, bool]:
    """Orders recipes: the default one for this dataset, others for it, for other datasets, and for any dataset."""
    named = recipe.dataset is not None and recipe.dataset.name == dataset.name
    return (not (named and recipe.default), not named, recipe.dataset is None)


def _described(dataset: Spec, known: Registry) -> DataSpec:
    part = known.part("dataset", dataset)
    with attributed(part.origin, "spec"):
        described: DataSpec = part.implementation.spec()
    return described


def _kind(data: DataSpec) -> tuple[Any, ...]:
    """What recipes for such data have in common: the number of axes, tables or not, sources or not."""
    return (len(data.shape), data.size > 1, bool(data.blocks), data.source is not None, data.paired)
