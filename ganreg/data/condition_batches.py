"""Batches of samples that are drawn by their conditions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ganreg.data.arrays import Array
from ganreg.data.batches import Batches, Taken
from ganreg.data.conditions import Conditions
from ganreg.data.packs import refuse_batch_size
from ganreg.data.ranges import Range, to_network_range

_DRAWS = 2
"""Separates the draws from other random numbers of the same seed."""
_BELOW_ONE = 1.0 - 2.0**-30
"""Keeps the sum of a whole number and a number below 1 from being rounded to the next whole number."""


class ConditionBatches(Batches):
    """Batches by training by sampling (CTGAN, arXiv:1907.00503, section 4.3).

    For each pack of a batch a condition is drawn uniformly, one of its categories in proportion to the logarithm of
    its frequency (of 1 + the number of its samples, as in the authors' code, so that categories without samples are
    never drawn), and then, with replacement, samples of that category. All is a function of the seed and the number of
    the batch, so that a resumed training continues with the same batches.

    Args:
        samples: `[N, width]`, float32.
        conditions: where the conditions are in a sample.
        batch_size: the number of samples in one batch.
        seed: the seed of the draws, one or several integers.
        pack: the number of neighbours in a batch that share their class. Defaults to 1.
        value_range: the range of the samples. Defaults to `None`: they have no bounds and are not scaled.

    Raises:
        DataError: the batch size is not a positive integer or not a multiple of `pack`, or there are fewer samples.
    """

    may_be_taken_ahead = True

    def __init__(
        self,
        samples: Array,
        conditions: Conditions,
        *,
        batch_size: int,
        seed: int | Sequence[int],
        pack: int = 1,
        value_range: Range | None = None,
    ) -> None:
        refuse_batch_size(batch_size, len(samples), pack=pack)
        self.batch_size, self.pack = batch_size, pack
        self._samples, self._range = samples, value_range
        self._seed = [seed] if isinstance(seed, int) else [*seed]
        self._members = conditions.classes_of(samples)
        sizes = [block.size for block in conditions.blocks]
        self._conditions = len(sizes)
        # The samples of each class, one class after the other: those of class c are in _rows from _starts[c] on.
        self._rows = np.concatenate([np.argsort(one, kind="stable") for one in self._members.T]).astype(np.int32)
        self._counts = np.bincount(self._members.ravel(), minlength=conditions.number)
        self._starts = np.cumsum(self._counts) - self._counts
        self._bounds = np.concatenate(
            [place + _cumulative(np.log1p(part)) for place, part in enumerate(_split(self._counts, sizes))]
        )

    @property
    def labels(self) -> Array | None:
        """The classes of all samples, int32 `[N, conditions]`."""
        return self._members

    @property
    def per_epoch(self) -> int:
        """The number of batches that draw as many samples as there are."""
        return len(self._samples) // self.batch_size

    def take(self, first: int, count: int) -> Taken:
        """Draws `count` batches, starting with the `first`-th since the start of training."""
        rows, classes = self.rows(first, count)
        real = to_network_range(np.take(self._samples, rows, axis=0), self._range)
        return {"real": real, "labels": classes}

    def rows(self, first: int, count: int) -> tuple[Array, Array]:
        """Returns the indices of the samples in `count` batches and their classes, `[count, batch_size]` each."""
        packs = self.batch_size // self.pack
        drawn = np.empty((count, 2 * packs + self.batch_size))
        for place in range(count):
            stream = np.random.Generator(np.random.PCG64([*self._seed, _DRAWS, first + place]))
            stream.random(out=drawn[place])
        chosen, category, row = np.split(drawn, [packs, 2 * packs], axis=1)
        # A condition and a category of it, by one search: the bounds of condition j are between j and j + 1.
        wanted = np.floor(chosen * self._conditions) + category * _BELOW_ONE
        classes = np.searchsorted(self._bounds, wanted, side="right").repeat(self.pack, axis=1)
        rows = self._rows[self._starts[classes] + (row * self._counts[classes]).astype(np.int64)]
        return rows, classes.astype(np.int32)


def _cumulative(weights: Array) -> Array:
    """The upper bounds of weights scaled to a sum of 1, which the last one is exactly: no number below 1 is beyond."""
    bounds: Array = np.cumsum(weights) / np.sum(weights)
    bounds[bounds >= bounds[-1]] = 1.0
    return bounds


def _split(values: Array, sizes: Sequence[int]) -> list[Array]:
    return np.split(values, np.cumsum(sizes)[:-1])
