"""Checks of recipes."""

from __future__ import annotations

import contextlib
import tomllib

import attrs
import numpy as np

from ganreg.contract.assembly import Assembly
from ganreg.contract.datasets import Dataset
from ganreg.contract.recipes import Recipe
from ganreg.data.arrays import Data
from ganreg.data.spec import DataSpec
from ganreg.engine.checks import problems as problems_of
from ganreg.engine.resolving import resolve
from ganreg.errors import AssemblyError, DataError
from ganreg.gan import GAN
from ganreg.plugins.registry import registry
from ganreg.testing.check import check
from ganreg.testing.failures import NotApplicableError, require
from ganreg.testing.settings import BATCH, EVERY_SETTING, TRANSLATIONS, Setting
from ganreg.testing.subject import Subject

_LARGEST_BATCH = 2 * BATCH


@check("recipe", proves="it is the same after being written as TOML and read back")
def survives_toml(subject: Subject) -> None:
    """Writes it and reads it."""
    text = subject.instance.to_toml()
    again = Recipe.from_table(tomllib.loads(text), where=subject.name)
    require(again == subject.instance, f"it is read back as {again}")


@check("recipe", proves="every component that it names is installed, accepts its hyperparameters, and fits the others")
def fits_together(subject: Subject) -> None:
    """Looks up all components, and collects the problems that they report."""
    registry().check(subject.instance)
    problems = list(problems_of(resolve(subject.instance, data=_data(subject))))
    require(not problems, "; ".join(map(str, problems)))


@check("recipe", proves="two updates give finite losses and change the weights")
def trains(subject: Subject) -> None:
    """Makes two updates on random samples with the shape of its data."""
    gan = small_gan(subject)
    samples = _samples(gan.assembly.data, 2 * gan.recipe.batch_size * gan.recipe.schedule.phase(0).batches)
    before = [variable.numpy() for variable in gan.generator.trainable_variables]
    logs = gan.fit(samples, steps=2, verbose=0, execution="eager", updates_per_call=1).history
    odd = [name for name, values in logs.items() if not np.isfinite(values).all()]
    require(not odd, f"after two updates {', '.join(odd)} is not finite")
    after = [variable.numpy() for variable in gan.generator.trainable_variables]
    moved = any(not np.array_equal(one, other) for one, other in zip(before, after, strict=True))
    require(moved, "two updates do not change the generator")


def _samples(spec: DataSpec, count: int) -> Data:
    """Random samples, with labels and sources where the data have them."""
    draw = np.random.default_rng(0)
    least, greatest = spec.value_range or (-1.0, 1.0)
    return Data(
        train=draw.uniform(least, greatest, (count, *spec.shape)),
        train_labels=None if spec.num_classes is None else draw.integers(spec.num_classes, size=count),
        value_range=spec.value_range,
        source=None if spec.source is None else _samples(spec.source, count),
        paired=spec.paired,
    )


def small_gan(subject: Subject) -> GAN:
    """The recipe's GAN, with batches small enough for a check."""
    recipe, data = subject.instance, _data(subject)
    smaller = (resolve(attrs.evolve(recipe, batch_size=size), data=data) for size in _batches(recipe.batch_size))
    return GAN(next((one for one in smaller if _fits(one)), resolve(recipe, data=data)))


def _batches(size: int) -> list[int]:
    """The batch size and its halves down to a small one, the smallest first."""
    sizes = [size]
    while sizes[0] > _LARGEST_BATCH and sizes[0] % 2 == 0:
        sizes.insert(0, sizes[0] // 2)
    return sizes


def _fits(assembly: Assembly) -> bool:
    return not any(problem.severity == "error" for problem in problems_of(assembly))


def _data(subject: Subject) -> DataSpec:
    """The description of the recipe's data; if the data is not available, of the first data that the recipe accepts."""
    recipe = subject.instance
    if recipe.dataset is not None:
        dataset: Dataset = registry().create("dataset", recipe.dataset)
        with contextlib.suppress(DataError):
            return dataset.spec()
    for setting in (*EVERY_SETTING, Setting((8,)), *TRANSLATIONS):
        with contextlib.suppress(AssemblyError):  # the game needs other data
            if _fits(resolve(recipe, data=setting.data)):
                return setting.data
    raise NotApplicableError("its dataset is not available, and it refuses all data in the checks")
