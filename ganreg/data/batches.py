"""The order in which real samples are drawn, which depends on the seed and the epoch only."""

from __future__ import annotations

import abc
from collections.abc import Sequence

import numpy as np

from ganreg.data.arrays import Array
from ganreg.data.packs import Packs, refuse_batch_size
from ganreg.data.ranges import Range, to_network_range

Taken = dict[str, Array]
"""n batches, as networks see them: samples as `real`, float32 `[n, B, *shape]`; and, where there are any, `labels`,
int32 `[n, B]`, and `source`, float32 `[n, B, *source.shape]`. Samples and sources with a range are scaled to -1..1."""

_ORDER_OF_SOURCES = 1
"""Separates the order of unpaired sources from that of the samples."""
_ORDER_OF_PACKS = 3
"""Separates the order of packs from that of the samples."""


class Batches(abc.ABC):
    """The training loop's source of batches.

    Attributes:
        batch_size: the number of samples in one batch.
        pack: the number of neighbours in a batch that certainly share their label. Defaults to 1.
        may_be_taken_ahead: whether batches may be taken before it is certain that they are needed.
    """

    batch_size: int
    may_be_taken_ahead: bool
    pack: int = 1

    @property
    def labels(self) -> Array | None:
        """The labels of all samples, int32 `[N]`, or `[N, n]` if each has several of which batches hold one at a time.

        `None` (the default) if they are not known or not needed.
        """
        return None

    @property
    @abc.abstractmethod
    def per_epoch(self) -> int | None:
        """The number of batches in an epoch, or `None` if it is not known in advance."""

    @abc.abstractmethod
    def take(self, first: int, count: int) -> Taken:
        """Takes `count` batches.

        Args:
            first: the number of the first batch since the start of training, counted from 0.
            count: the number of batches, n.

        Returns:
            Arrays `[n, B, ...]` by name.
        """


class ArrayBatches(Batches):
    """Shuffled batches of samples in memory; an incomplete batch at the end of an epoch is dropped.

    Args:
        samples: `[N, *shape]`, float32 within `value_range`, or uint8; both are scaled to -1..1 batch by batch.
        labels: int32 `[N]`, or `None`.
        batch_size: the number of samples in one batch.
        seed: the seed of the order, one or several integers.
        shuffle: whether to shuffle. Defaults to `True`.
        source: the sources, `[M, *source.shape]`, float32 or uint8. Defaults to `None`.
        paired: whether the sources belong to the samples with the same indices, so that M = N; otherwise they have an
            order of their own. Defaults to `False`.
        value_range: the range of float samples. Defaults to `None`: they have no bounds and are not scaled.
        source_range: the range of float sources. Defaults to `None`: likewise.
        what: the name of the samples in messages. Defaults to "samples".
        pack: the number of neighbours in a batch that share their label, if there are labels. Defaults to 1. The last
            pack of a class may then hold some of its samples a second time.

    Raises:
        DataError: the batch size is not a positive integer or not a multiple of `pack`, or there are fewer samples.
    """

    may_be_taken_ahead = True

    def __init__(
        self,
        samples: Array,
        labels: Array | None,
        *,
        batch_size: int,
        seed: int | Sequence[int],
        shuffle: bool = True,
        source: Array | None = None,
        paired: bool = False,
        value_range: Range | None = None,
        source_range: Range | None = None,
        what: str = "samples",
        pack: int = 1,
    ) -> None:
        refuse_batch_size(batch_size, len(samples), what, pack=pack)
        self.batch_size, self.pack = batch_size, pack
        self._samples, self._labels = samples, labels
        self._packs = None if pack == 1 or labels is None else Packs(labels, pack)
        self._seed, self._shuffle = [seed] if isinstance(seed, int) else [*seed], shuffle
        self._source = source
        self._range, self._source_range = value_range, source_range
        self._order_of_sources = self
        if source is not None and not paired:
            seed = [*self._seed, _ORDER_OF_SOURCES]
            self._order_of_sources = ArrayBatches(
                source, None, batch_size=batch_size, seed=seed, shuffle=shuffle, what="sources"
            )
        self._epoch = -1
        self._order: Array = np.empty(0, np.int64)

    @property
    def labels(self) -> Array | None:
        """The labels of all samples, int32 `[N]`; `None` if they are not needed."""
        return self._labels

    @property
    def per_epoch(self) -> int:
        """The number of whole batches in an epoch."""
        samples = len(self._samples) if self._packs is None else self._packs.samples
        return samples // self.batch_size

    def take(self, first: int, count: int) -> Taken:
        """Gathers `count` batches at once, starting with the `first`-th since the start of training."""
        rows = self.rows(first, count)
        # For small samples many times faster than indexing with `rows`.
        taken = {"real": to_network_range(np.take(self._samples, rows, axis=0), self._range)}
        if self._labels is not None:
            taken["labels"] = self._labels[rows]
        if self._source is not None:
            rows = self._order_of_sources.rows(first, count)
            taken["source"] = to_network_range(np.take(self._source, rows, axis=0), self._source_range)
        return taken

    def rows(self, first: int, count: int) -> Array:
        """Returns the indices of the samples in `count` batches, int64 `[count, batch_size]`."""
        pieces, done = [], 0
        while done < count:
            epoch, start = divmod(first + done, self.per_epoch)
            stop = min(start + count - done, self.per_epoch)
            order = self._order_of(epoch)
            pieces.append(order[start * self.batch_size : stop * self.batch_size])
            done += stop - start
        return np.concatenate(pieces).reshape(count, self.batch_size)

    def _order_of(self, epoch: int) -> Array:
        if epoch != self._epoch:
            order = epoch_order(len(self._samples), self._seed, epoch, shuffle=self._shuffle)
            if self._packs is not None:
                packs = epoch_order(self._packs.number, [*self._seed, _ORDER_OF_PACKS], epoch, shuffle=self._shuffle)
                order = self._packs.arranged(order, packs)
            self._order, self._epoch = order, epoch
        return self._order


def epoch_order(count: int, seed: int | Sequence[int], epoch: int, *, shuffle: bool) -> Array:
    """Returns the order of samples or batches in an epoch, which depends on the seed and the epoch only.

    Args:
        count: their number.
        seed: one or several integers.
        epoch: the number of the epoch, counted from 0.
        shuffle: whether they are shuffled.

    Returns:
        int64 `[count]`, indices.
    """
    if not shuffle:
        return np.arange(count)
    seeds = [seed] if isinstance(seed, int) else [*seed]
    return np.random.Generator(np.random.PCG64([*seeds, epoch])).permutation(count)
