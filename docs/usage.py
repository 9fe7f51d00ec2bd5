"""The command at the head of a component's page, which is accepted as it stands according to the checks."""

from __future__ import annotations

import shlex
import warnings
from collections.abc import Iterator, Sequence

import pairing
from pairing import refusals

import ganreg
from ganreg import GanregError, GanregWarning, Metric, Problem, Recipe
from ganreg.cli.showing import PATH
from ganreg.cli.train import default_recipe
from ganreg.contract.kinds import KINDS
from ganreg.engine.checks import problems as problems_of
from ganreg.engine.resolving import resolve

DEFAULT_RECIPE = default_recipe(ganreg.registry())


def command(kind: str, name: str, example: str) -> str:
    """A command line that uses a component.

    Args:
        kind: any but `"recipe"`.
        name: of the component.
        example: its spec text.
    """
    option = KINDS[kind].options[0]
    if kind in ("metric", "extractor"):
        run = _run_for(name) if kind == "metric" else _run_to_extract(name)
        return f"ganreg evaluate runs/{run} {option} {shlex.quote(example)}"
    recipe, text = _accepted(kind, name, example)
    words = ["train", *([] if recipe == DEFAULT_RECIPE else [recipe]), option, shlex.quote(text)]
    return " ".join(["ganreg", *words])


def _accepted(kind: str, name: str, example: str) -> tuple[str, str]:
    """The first recipe and spec text that go together, without a warning if possible."""
    if f"={PATH}" in example:
        return DEFAULT_RECIPE, example  # there is no such file to ask about
    warned = None
    for recipe, text in _choices(kind, name, example):
        found = _problems(recipe, kind, text)
        if not found:
            return recipe, text
        if warned is None and not refusals(found):
            warned = recipe, text
    if warned is None:
        raise GanregError(f"no recipe goes with {kind} '{example}'")
    return warned


def _choices(kind: str, name: str, example: str) -> Iterator[tuple[str, str]]:
    """Recipes to try, the default and those that use the component first; networks also with labels."""
    texts = [example]
    if kind in ("generator", "discriminator"):
        texts.append(f"{example}{',' if ':' in example else ':'}conditional=true")
    for recipe in sorted(_recipes(), key=lambda recipe: not _uses(recipe, kind, name)):
        yield from ((recipe.name, text) for text in texts)


def _recipes() -> Sequence[Recipe]:
    """The recipes that name a dataset: first the default one, then those with the name of their dataset."""
    recipes = [entry.component for entry in ganreg.registry().entries("recipe") if entry.component.dataset]
    return sorted(recipes, key=lambda recipe: (recipe.name != DEFAULT_RECIPE, recipe.name != recipe.dataset.name))


def _uses(recipe: Recipe, kind: str, name: str) -> bool:
    chosen = recipe.regularizers if kind == "regularizer" else (getattr(recipe, kind),)
    return recipe.name == DEFAULT_RECIPE or any(spec.name == name for spec in chosen)


def _problems(recipe: str, kind: str, text: str) -> list[Problem]:
    """What the checks object to in a recipe that has a component in place of its own."""
    chosen = ganreg.registry().recipe(recipe)
    if kind == "dataset":
        with warnings.catch_warnings():  # about data without labels, which is the user's choice
            warnings.simplefilter("ignore", GanregWarning)
            return list(problems_of(resolve(chosen, data=text)))
    changed = {"regularizers": [text]} if kind == "regularizer" else {kind: text}
    return list(problems_of(resolve(chosen.updated(**changed))))


def _run_for(name: str) -> str:
    """The recipe whose run a metric evaluates: the first whose data suit it, with labels if it needs them."""
    metric: Metric = ganreg.create("metric", name)
    able = [resolve(recipe) for recipe in _recipes()]
    if metric.needs_labels:
        able = [assembly for assembly in able if assembly.generator.conditional]
    suited = [assembly for assembly in able if metric.suits(assembly.data, assembly.source)]
    return str((suited or able)[0].recipe.name)


def _run_to_extract(name: str) -> str:
    """The recipe whose run is evaluated with an extractor: the first that uses it by default, else the default one."""
    suited = [recipe.name for recipe in _recipes() if recipe.dataset.name in pairing.extracted_by(name)]
    return (suited or [DEFAULT_RECIPE])[0]
