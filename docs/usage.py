"""The command at the head of a component's page, which is accepted as it stands according to the checks."""

from __future__ import annotations

import shlex
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import pairing
from pairing import refusals

import ganreg
from ganreg import AssemblyError, GanregError, GanregWarning, Metric, Problem, Recipe
from ganreg.cli.showing import PATH
from ganreg.cli.train import default_recipe
from ganreg.contract.kinds import KINDS, option_for
from ganreg.engine.checks import problems as problems_of
from ganreg.engine.resolving import resolve
from ganreg.plugins.recipe_choices import with_choices

DEFAULT_RECIPE = default_recipe(ganreg.registry())
TABLES = "tabular"
"""The recipe for tables, whose dataset needs a file."""
NETWORKS = ("generator", "translator", "discriminator")


def command(kind: str, name: str, example: str) -> str:
    """A command line that uses a component.

    Args:
        kind: any but `"recipe"`.
        name: of the component.
        example: its spec text.
    """
    if kind in ("metric", "extractor"):
        run = _run_for(name) if kind == "metric" else _run_to_extract(name)
        return f"ganreg evaluate runs/{run} {KINDS[kind].options[0]} {shlex.quote(example)}"
    recipe, text = _accepted(kind, name, example)
    role = _role(recipe, kind)
    option, _, value = option_for(role, text).partition(" ") if role else (KINDS[kind].options[0], "", text)
    other_data = recipe.dataset != ganreg.registry().recipe(recipe.name).dataset
    # Without a recipe, a game starts from plain settings and not from the default recipe.
    words = ["train", *([] if recipe.name == DEFAULT_RECIPE and kind != "game" else [recipe.name])]
    words += ["--dataset", str(recipe.dataset)] if other_data else []
    return " ".join(["ganreg", *words, option, shlex.quote(value)])


def _accepted(kind: str, name: str, example: str) -> tuple[Recipe, str]:
    """The first recipe and spec text that go together, without a warning if possible."""
    if f"={PATH}" in example:  # there is no such file to ask about
        paired = kind == "dataset" and f"source={PATH}" in example
        recipe = next(one for one in _recipes() if ("pairs" in _needs(one)) == paired)
        return recipe, example
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


def _choices(kind: str, name: str, example: str) -> Iterator[tuple[Recipe, str]]:
    """Recipes to try, the default and those that use the component first; networks also with labels.

    After these come the recipes of translations with other data.
    """
    texts = [example]
    if kind in NETWORKS:
        texts.append(f"{example}{',' if ':' in example else ':'}conditional=true")
    recipes = [recipe for recipe in _recipes() if kind not in NETWORKS or _role(recipe, kind)]
    if kind == "dataset":
        described = pairing.described_dataset(name)
        has_source = described is not None and described[1].source is not None
        recipes.sort(key=lambda recipe: _translates(recipe) != has_source)
    else:
        recipes.sort(key=lambda recipe: not _uses(recipe, kind, name))
    for recipe in (*recipes, *_with_other_data(recipes)):
        yield from ((recipe, text) for text in texts)


def _with_other_data(recipes: Sequence[Recipe]) -> Iterator[Recipe]:
    for recipe in filter(_translates, recipes):
        for name in pairing.names("dataset"):
            described = pairing.described_dataset(name)
            if described is not None and described[1].source is not None:
                yield attrs.evolve(recipe, dataset=name)


def _role(recipe: Recipe, kind: str) -> str:
    """The role that networks of a kind have in a recipe's game; empty if there is none."""
    roles = ganreg.registry().roles(recipe.game)
    return next((role for role, needed in roles.items() if needed == kind), "")


def _translates(recipe: Recipe) -> bool:
    """Whether a recipe's samples are made from the data's sources."""
    return bool({"source", "pairs"} & set(_needs(recipe)))


def _needs(recipe: Recipe) -> Sequence[str]:
    """What a recipe's game needs of the data."""
    return ganreg.registry().game_class(recipe.game).needs


def _recipes() -> Sequence[Recipe]:
    """The recipes that name a dataset: first the default one, then those with the name of their dataset."""
    recipes = [entry.component for entry in ganreg.registry().entries("recipe") if entry.component.dataset]
    return sorted(recipes, key=lambda recipe: (recipe.name != DEFAULT_RECIPE, recipe.name != recipe.dataset.name))


def _uses(recipe: Recipe, kind: str, name: str) -> bool:
    named = ganreg.registry().named_components(recipe)
    uses = any((used, spec.name) == (kind, name) for used, spec in named)
    return uses or (recipe.name == DEFAULT_RECIPE and kind != "game")


def _problems(recipe: Recipe, kind: str, text: str) -> list[Problem]:
    """What the checks object to in a recipe that has a component in place of its own."""
    role = _role(recipe, kind) or kind
    changes: dict[str, Any] = {"regularizers": [text]} if kind == "regularizer" else {role: text}
    if role not in {field.name for field in attrs.fields(Recipe)} and kind != "regularizer":
        changes = {"networks": {role: text}}
    try:
        with warnings.catch_warnings():  # about data without labels, which is the user's choice
            warnings.simplefilter("ignore" if kind == "dataset" else "default", GanregWarning)
            return list(problems_of(resolve(with_choices(recipe, changes, ganreg.registry()))))
    except AssemblyError as refusal:
        return [Problem("error", str(refusal))]


def _run_for(name: str) -> str:
    """The recipe whose run a metric evaluates: the first whose data suit it, with labels if it needs them."""
    metric: Metric = ganreg.create("metric", name)
    if metric.looks_at == "columns":
        return TABLES
    able = [resolve(recipe) for recipe in _recipes()]
    if metric.needs_labels:
        able = [assembly for assembly in able if assembly.generator.conditional]
    suited = [assembly for assembly in able if metric.suits(assembly.data, assembly.source)]
    return str((suited or able)[0].recipe.name)


def _run_to_extract(name: str) -> str:
    """The recipe whose run is evaluated with an extractor: the first that uses it by default, else the default one."""
    suited = [recipe.name for recipe in _recipes() if recipe.dataset.name in pairing.extracted_by(name)]
    return (suited or [DEFAULT_RECIPE])[0]
