"""What goes with what, according to the components' own checks; no network is built and nothing is trained."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import attrs

import ganreg
from ganreg import DataSpec, GanregError, Problem, Recipe
from ganreg.contract.datasets import Dataset
from ganreg.contract.implementation import Implementation, overrides
from ganreg.engine.checks import problems as problems_of
from ganreg.engine.resolving import resolve
from ganreg.evaluation.extractor_specs import default_extractor

POINTS, GREY, COLOUR = DataSpec((2,)), DataSpec((28, 28, 1), None, (-1, 1)), DataSpec((32, 32, 3), None, (-1, 1))
SHAPES = {
    "points": POINTS,
    "8x8": DataSpec((8, 8, 1), None, (-1, 1)),
    "28x28": GREY,
    "32x32": COLOUR,
    "64x64": DataSpec((64, 64, 3), None, (-1, 1)),
    "30x30": DataSpec((30, 30, 1), None, (-1, 1)),
    "32x64": DataSpec((32, 64, 3), None, (-1, 1)),
}
"""The data that networks are asked about: points, and images of several sizes."""

TRANSLATIONS = {
    "points or table rows": (DataSpec((4,)), POINTS),
    "images of the same size": (COLOUR, COLOUR),
    "images of twice the size": (COLOUR, SHAPES["64x64"]),
    "images of half the size": (SHAPES["64x64"], COLOUR),
    "latents from images": (COLOUR, DataSpec((16,))),
    "images from table rows": (DataSpec((16,)), COLOUR),
}
"""The sources and samples that translators are asked about, by what they are called."""

TOUCHES = {
    "discriminator_penalty": "adds to D's objective",
    "generator_penalty": "adds to G's objective",
    "generator_weights": "weights generated samples in G's loss",
    "discriminator_input": "changes D's inputs",
    "discriminator_real": "chooses what D sees as real samples",
    "discriminator_fake": "chooses what D sees as generated samples",
    "transform_latents": "changes the latents",
    "wrap_discriminator": "changes D's layers",
    "wrap_generator": "changes G's layers",
    "after_discriminator_update": "acts after D's updates",
    "after_generator_update": "acts after G's updates",
}
"""What a regularizer does, by the methods that it overrides."""


@functools.cache
def names(kind: str) -> Sequence[str]:
    """The names of a kind."""
    return ganreg.registry().names(kind)


@functools.cache
def made(kind: str, name: str) -> Implementation:
    """A component with its defaults."""
    component: Implementation = ganreg.create(kind, name)
    return component


def having(kind: str, flag: str, value: bool = True) -> list[str]:
    """The names of those components of a kind whose flag has a value."""
    return [name for name in names(kind) if getattr(made(kind, name), flag) is value]


def needing(need: str) -> list[str]:
    """The names of the games that need something of the data."""
    return [name for name in names("game") if need in made("game", name).needs]  # type: ignore[attr-defined]


def touches(regularizer: str) -> list[str]:
    """What a regularizer does, in words."""
    component = made("regularizer", regularizer)
    return [words for method, words in TOUCHES.items() if overrides(component, method)]


def penalises(regularizer: str) -> bool:
    """Whether it has a penalty that can be applied lazily."""
    component = made("regularizer", regularizer)
    return any(overrides(component, f"{player}_penalty") for player in ("discriminator", "generator"))


def problems(data: DataSpec, regularizers: Iterable[str] = (), **components: str) -> list[Problem]:
    """What the core and the components object to in a combination.

    Args:
        data: what it would be trained on; if it has classes, the networks take labels.
        regularizers: spec texts.
        **components: spec texts of `generator`, `discriminator` and `loss`.
    """
    labelled = data.num_classes is not None
    generator = components.pop("generator", "mlp:latent_dim=64,norm=batch" + ",conditional=true" * labelled)
    recipe = Recipe(generator=generator, regularizers=tuple(regularizers), batch_size=64, **components)
    return list(problems_of(resolve(recipe, data=data)))


def refusals(found: Iterable[Problem]) -> list[Problem]:
    """The errors among them."""
    return [problem for problem in found if problem.severity == "error"]


def shapes_taken(kind: str, name: str) -> dict[str, Problem | None]:
    """What a network objects to in each of `SHAPES`; `None` if it takes it."""
    said: dict[str, Problem | None] = {}
    for called, data in SHAPES.items():
        assembly = resolve(Recipe(**{kind: name}), data=data)
        said[called] = next(iter(refusals(made(kind, name).check(assembly))), None)
    return said


def translations_taken(name: str) -> dict[str, Problem | None]:
    """What a translator objects to in each of `TRANSLATIONS`; `None` if it takes it."""
    said: dict[str, Problem | None] = {}
    for called, (source, target) in TRANSLATIONS.items():
        data = attrs.evolve(target, source=source, paired=True)
        assembly = resolve(Recipe(generator=name, game="translation:sees_source=false"), data=data)
        said[called] = next(iter(refusals(made("translator", name).check(assembly.seen_by("generator")))), None)
    return said


def refused_in(game: str, kind: str) -> list[str]:
    """The losses or regularizers that are allowed in the usual game, but not in another one on the same data."""
    needs = made("game", game).needs  # type: ignore[attr-defined]
    sources = {"source": GREY, "paired": "pairs" in needs} if {"source", "pairs"} & set(needs) else {}
    data = attrs.evolve(GREY, num_classes=10, **sources)
    labelled = "source" not in needs
    refused = []
    for name in names(kind):
        chosen = {"regularizers": (name,)} if kind == "regularizer" else {kind: name}
        found = [
            [problem.message for problem in refusals(_problems_in(played, data, conditional=labelled, **chosen))]
            for played in (None, game)
        ]
        refused += [name] if not found[0] and found[1] else []
    return refused


def _problems_in(game: str | None, data: DataSpec, *, conditional: bool, **chosen: Any) -> list[Problem]:
    """What the core and the components object to in a game of perceptrons."""
    translates = game is not None and ganreg.registry().roles(game)["generator"] == "translator"
    generator = f"mlp:conditional={str(conditional).lower()}" + ("" if translates else ",norm=batch")
    discriminator = f"mlp:conditional={str(conditional).lower()}"
    recipe = Recipe(game=game, generator=generator, discriminator=discriminator, batch_size=64, **chosen)
    return list(problems_of(resolve(recipe, data=data)))


@attrs.frozen
class Suits:
    """What a regularizer needs from the data and the networks.

    Attributes:
        points: whether it takes samples other than images.
        unlabelled: whether it takes data without labels.
        only_pairs: whether samples must be made from paired sources.
        reason: why it refuses the other data.
    """

    points: bool
    unlabelled: bool
    only_pairs: bool = False
    reason: str = ""


def suits(regularizer: str) -> Suits:
    """What a regularizer needs from the data."""
    labelled = attrs.evolve(GREY, num_classes=10)
    on_points = refusals(problems(attrs.evolve(POINTS, num_classes=10), [regularizer]))
    on_images = refusals(problems(GREY, [regularizer]))
    fits = not refusals(problems(labelled, [regularizer]))
    if not fits:
        pairs = Recipe(game="translation", generator="mlp", regularizers=(regularizer,))
        if refusals(problems_of(resolve(pairs, data="degraded:dataset=digits"))):
            raise GanregError(f"regularizer '{regularizer}' fits none of the data that it was asked about")
        return Suits(points=True, unlabelled=True, only_pairs=True)
    reason = next((str(problem) for problem in (*on_points, *on_images)), "")
    return Suits(points=not on_points, unlabelled=not on_images, reason=reason)


@functools.cache
def refused_pairs() -> dict[str, dict[str, Problem]]:
    """For each regularizer, those that it may not or should not be combined with, and why."""
    data = attrs.evolve(GREY, num_classes=10)
    alone = {name: {str(problem) for problem in problems(data, [name])} for name in names("regularizer")}
    found: dict[str, dict[str, Problem]] = {name: {} for name in names("regularizer")}
    for first, second in itertools.combinations(names("regularizer"), 2):
        new = [
            problem for problem in problems(data, [first, second]) if str(problem) not in alone[first] | alone[second]
        ]
        if new:
            found[first][second] = found[second][first] = new[0]
    return found


def default_for(metric: str) -> list[str]:
    """The datasets, of those that need no file, for which a metric is used by default."""
    component = made("metric", metric)
    suited = []
    for name in names("dataset"):
        described = described_dataset(name)
        if described is not None and component.suits(described[1], described[0]):  # type: ignore[attr-defined]
            suited.append(name)
    return suited


def extracted_by(extractor: str) -> list[str]:
    """The datasets, of those that need no file, for which an extractor is used by default."""
    described = {name: described_dataset(name) for name in names("dataset")}
    return [name for name, found in described.items() if found and default_extractor(found[1], found[0]) == extractor]


@functools.cache
def described_dataset(name: str) -> tuple[Dataset, DataSpec] | None:
    """A dataset with its defaults, and the description of one sample; `None` if it needs a file."""
    dataset: Dataset = ganreg.create("dataset", name)
    try:
        return dataset, dataset.spec()
    except GanregError:
        return None
