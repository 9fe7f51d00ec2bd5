"""Packs: neighbours in a batch that share their class, for discriminators that classify several samples jointly."""

from __future__ import annotations

from typing import Any

import numpy as np

from ganreg.data.arrays import Array
from ganreg.errors import DataError


class Packs:
    """Arranges samples in packs of one class each, so that every sample occurs in an epoch.

    If a class's number of samples is not a multiple of the pack's size, its last pack is filled with some of its own
    samples again: others in each epoch.

    Args:
        labels: int32 `[N]`.
        size: the number of samples in a pack.

    Attributes:
        number: the number of packs in an epoch.
        samples: the number of samples in all packs together.
    """

    def __init__(self, labels: Array, size: int) -> None:
        self._labels, self._size = labels, size
        self._classes, self._counts = np.unique(labels, return_counts=True)
        per_class = -(-self._counts // size)
        self.number = int(per_class.sum())
        self.samples = self.number * size
        # The place of each packed sample among the samples of its class, which follow one another in sorted order.
        firsts = np.cumsum(self._counts) - self._counts
        self._places = np.concatenate(
            [
                first + np.arange(packs * size) % count
                for first, packs, count in zip(firsts, per_class, self._counts, strict=True)
            ]
        )

    def arranged(self, order: Array, packs: Array) -> Array:
        """Arranges the samples of an epoch.

        Args:
            order: the order of the samples, `[N]`, which decides who shares a pack with whom.
            packs: the order of the packs, `[number]`.

        Returns:
            Indices of samples, int64 `[samples]`.
        """
        by_class = order[np.argsort(self._labels[order], kind="stable")]
        arranged: Array = by_class[self._places].reshape(-1, self._size)[packs].ravel()
        return arranged


def refuse_batch_size(batch_size: Any, samples: int, what: str = "samples", *, pack: int = 1) -> None:
    """Checks a batch size.

    Args:
        batch_size: anything.
        samples: the number of samples.
        what: the name of the samples in messages. Defaults to "samples".
        pack: the number of samples in a pack. Defaults to 1.

    Raises:
        DataError: it is not a positive integer, greater than the number of samples, or not a multiple of `pack`.
    """
    if isinstance(batch_size, bool) or not isinstance(batch_size, (int, np.integer)):
        raise DataError(f"the batch size must be a whole number, got {batch_size!r}")
    if batch_size < 1:
        raise DataError(f"the batch size must be at least 1, got {batch_size}")
    if samples < batch_size:
        raise DataError(f"batch size {batch_size} is more than the {samples} {what}; use {samples} or less")
    if batch_size % pack:
        raise DataError(
            f"the batch size must be a multiple of {pack}, the samples that the discriminator classifies jointly; "
            f"got {batch_size}; use {max(1, batch_size // pack) * pack}"
        )
