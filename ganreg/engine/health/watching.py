"""What generated samples are compared with: the columns of real rows, and their classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ganreg.data.arrays import Array
from ganreg.engine.health.column_use import ColumnReference
from ganreg.engine.health.label_use import LabelReference, LabelUse
from ganreg.engine.health.reference import Reference

if TYPE_CHECKING:
    from ganreg.engine.players import Players

_LABELLED = 2000
"""The number of real samples whose classes are compared."""


def column_reference(players: Players, real: Array) -> ColumnReference | None:
    """Returns what is known of the columns of a table; `None` if samples are not its rows.

    Args:
        players: what is trained.
        real: real samples `[N, *shape]`.
    """
    data = players.assembly.data
    return ColumnReference(real, data.blocks) if data.blocks and len(data.shape) == 1 else None


class Classes:
    """The classes of real samples, for a generator that makes samples of classes.

    Args:
        players: what is trained.
        reference: gives the unit of distances.
        real: some real samples `[N, *shape]`, as `players.generate` returns them.
        labels: their classes `[N]`; `None` if they are not known.
    """

    def __init__(self, players: Players, reference: Reference, real: Array, labels: Array | None) -> None:
        self._players = players
        assembly = players.assembly
        conditional = assembly.part_of(assembly.game.makes).implementation.conditional
        known = labels is not None and conditional and not assembly.translates and not reference.is_constant
        self._reference = LabelReference(reference, real, labels) if known and labels is not None else None

    def use(self, batches: Sequence[tuple[int, int]]) -> LabelUse | None:
        """Generates equally many samples of each class and compares the classes' means.

        Args:
            batches: the number and the seed of the samples of each batch.

        Returns:
            `None` if nothing can be said.
        """
        reference = self._reference
        if reference is None or not len(reference.classes):
            return None
        labels = reference.labels(sum(count for count, _ in batches))
        parts = np.split(labels, np.cumsum([count for count, _ in batches])[:-1])
        samples = np.concatenate(
            [
                self._players.generate(count, seed=seed, labels=part)
                for (count, seed), part in zip(batches, parts, strict=True)
            ]
        )
        return reference.compare(samples, labels) if np.isfinite(samples).all() else None


def chosen_rows(count: int, most: int = _LABELLED) -> Array:
    """Returns the indices of evenly spaced samples, shuffled, because datasets are often sorted by class."""
    rows = np.linspace(0, count - 1, min(count, most)).astype(int)
    return np.random.default_rng(0).permutation(rows)
