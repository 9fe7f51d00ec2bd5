"""A recipe's batch size gives way to data that have fewer samples."""

from __future__ import annotations

import logging
import math

import attrs

from ganreg.contract.assembly import Assembly
from ganreg.contract.datasets import Dataset
from ganreg.data.arrays import Data
from ganreg.engine.attribution import attributed

_log = logging.getLogger("ganreg")
_LEAST = 2
"""Smaller batches are left to be refused: losses and normalisations compare the samples of a batch."""


def with_smaller_batches(assembly: Assembly) -> Assembly:
    """Returns the assembly with batches that its data can fill; unchanged if they can, or if their number is not known.

    Args:
        assembly: an assembly whose batch size was not asked for, so that it is its recipe's.
    """
    usual, samples = assembly.recipe.batch_size, _number_of_samples(assembly)
    joined = math.lcm(*(regularizer.pack for regularizer in assembly.regularizers))
    if samples is None or samples >= usual or samples < max(_LEAST, joined):
        return assembly
    size = samples - samples % joined
    _log.info(
        "there are %d samples to train on, but batches of %d in the recipe; batches of %d are used",
        samples,
        usual,
        size,
    )
    return attrs.evolve(assembly, recipe=attrs.evolve(assembly.recipe, batch_size=size))


def _number_of_samples(assembly: Assembly) -> int | None:
    source = assembly.source
    if isinstance(source, Data):
        return len(source.train)
    if not isinstance(source, Dataset):
        return None
    with attributed(f"dataset '{type(source).__name__}'", "number_of_samples"):
        return source.number_of_samples()
