"""What goes with what, found out by asking the components' own checks; no network is built and nothing trained."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Sequence

import attrs

import ganreg
from ganreg import DataSpec, GanregError, Problem, Recipe
from ganreg.contract.datasets import Dataset
from ganreg.contract.implementation import Implementation, overrides
from ganreg.engine.checks import problems as problems_of
from ganreg.engine.resolving import resolve

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
"""What networks are asked whether they take it: points, and images of several sizes."""

TOUCHES = {
    "discriminator_penalty": "adds to D's objective",
    "generator_penalty": "adds to G's objective",
    "generator_weights": "weighs fakes in G's loss",
    "discriminator_input": "changes whatever D sees",
    "discriminator_real": "chooses what D is shown as real",
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


def touches(regularizer: str) -> list[str]:
    """What a regularizer does, in words."""
    component = made("regularizer", regularizer)
    return [words for method, words in TOUCHES.items() if overrides(component, method)]


def penalises(regularizer: str) -> bool:
    """Whether it has a penalty that can be applied lazily."""
    component = made("regularizer", regularizer)
    return any(overrides(component, f"{player}_penalty") for player in ("discriminator", "generator"))


def problems(data: DataSpec, regularizers: Iterable[str] = (), **components: str) -> list[Problem]:
    """What the core and the components find wrong with a combination.

    Args:
        data: what it would be trained on; where it has classes, the networks take labels.
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
    """What a network says of each of `SHAPES`; `None` where it takes it."""
    said: dict[str, Problem | None] = {}
    for called, data in SHAPES.items():
        assembly = resolve(Recipe(**{kind: name}), data=data)
        said[called] = next(iter(refusals(made(kind, name).check(assembly))), None)
    return said


@attrs.frozen
class Suits:
    """What a regularizer needs of the data and of the networks.

    Attributes:
        points: whether it takes samples that are no images.
        unlabelled: whether it takes data without labels.
        reason: what it says of data that it does not take.
    """

    points: bool
    unlabelled: bool
    reason: str = ""


def suits(regularizer: str) -> Suits:
    """What a regularizer needs of the data."""
    labelled = attrs.evolve(GREY, num_classes=10)
    on_points = refusals(problems(attrs.evolve(POINTS, num_classes=10), [regularizer]))
    on_images = refusals(problems(GREY, [regularizer]))
    fits = not refusals(problems(labelled, [regularizer]))
    if not fits:
        raise GanregError(f"regularizer '{regularizer}' fits none of the data that it was asked about")
    reason = next((str(problem) for problem in (*on_points, *on_images)), "")
    return Suits(points=not on_points, unlabelled=not on_images, reason=reason)


@functools.cache
def refused_pairs() -> dict[str, dict[str, Problem]]:
    """By regularizer, those that it may not or should not be combined with, and why."""
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
    """The data sets, of those that can be made without a file, that a metric judges where none is named."""
    component = made("metric", metric)
    suited = []
    for name in names("dataset"):
        described = described_dataset(name)
        if described is not None and component.suits(described[1], described[0]):  # type: ignore[attr-defined]
            suited.append(name)
    return suited


@functools.cache
def described_dataset(name: str) -> tuple[Dataset, DataSpec] | None:
    """A data set with its defaults and what one sample is; `None` where it needs a file that is not here."""
    dataset: Dataset = ganreg.create("dataset", name)
    try:
        return dataset, dataset.spec()
    except GanregError:
        return None
