"""The order in which real samples are drawn, which depends on the seed and the epoch only."""

from __future__ import annotations

import abc
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from ganreg.data.arrays import Array, to_float
from ganreg.errors import DataError

Taken = tuple[Array, Array | None]
"""Samples `[n, B, *shape]` float32, and labels `[n, B]` int32 or `None`."""


class Batches(abc.ABC):
    """The training loop's source of batches.

    Attributes:
        batch_size: the number of samples in one batch.
        may_be_taken_ahead: whether batches may be taken before it is certain that they are needed.
    """

    batch_size: int
    may_be_taken_ahead: bool

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
            Samples `[n, B, *shape]` float32, and labels `[n, B]` int32 or `None`.
        """


class ArrayBatches(Batches):
    """Shuffled batches of samples in memory; an incomplete batch at the end of an epoch is dropped.

    Args:
        samples: `[N, *shape]`, float32 or uint8; uint8 is scaled to -1..1 batch by batch.
        labels: int32 `[N]`, or `None`.
        batch_size: the number of samples in one batch.
        seed: the seed of the order.
        shuffle: whether to shuffle. Defaults to `True`.

    Raises:
        DataError: the batch size is not positive, or there are fewer samples than that.
    """

    may_be_taken_ahead = True

    def __init__(
        self, samples: Array, labels: Array | None, *, batch_size: int, seed: int, shuffle: bool = True
    ) -> None:
        if batch_size < 1:
            raise DataError(f"the batch size must be at least 1, got {batch_size}")
        if len(samples) < batch_size:
            raise DataError(
                f"batch size {batch_size} is more than the {len(samples)} samples; use {len(samples)} or less"
            )
        self.batch_size = batch_size
        self._samples, self._labels = samples, labels
        self._seed, self._shuffle = seed, shuffle
        self._epoch = -1
        self._order: Array = np.empty(0, np.int64)

    @property
    def per_epoch(self) -> int:
        """The number of whole batches in an epoch."""
        return len(self._samples) // self.batch_size

    def take(self, first: int, count: int) -> Taken:
        """Gathers `count` batches at once, starting with the `first`-th since the start of training."""
        rows = self.rows(first, count)
        # For small samples many times faster than indexing with `rows`.
        samples = to_float(np.take(self._samples, rows, axis=0))
        return samples, None if self._labels is None else self._labels[rows]

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
            count = len(self._samples)
            stream = np.random.Generator(np.random.PCG64([self._seed, epoch]))
            self._epoch, self._order = epoch, stream.permutation(count) if self._shuffle else np.arange(count)
        return self._order


class StreamBatches(Batches):
    """Batches from a pipeline such as a batched `tf.data.Dataset`.

    Each pass over the pipeline is an epoch. Batches of a different size than the first, such as the last of an epoch,
    are dropped. Continuing at a later batch reads and drops those before it.

    Args:
        pipeline: an iterable of samples `[B, *shape]`, or of pairs of samples and labels `[B]`.

    Raises:
        DataError: the pipeline yields no batch.
    """

    may_be_taken_ahead = False

    def __init__(self, pipeline: Iterable[Any]) -> None:
        self._pipeline = pipeline
        self._iterator: Iterator[Any] = iter(pipeline)
        self._position = 0
        first = next(self._iterator, None)
        if first is None:
            raise DataError("the data pipeline yields no batch")
        self._pending: Any = first
        self.batch_size = len(np.asarray(_split(first)[0]))
        self._per_epoch = _cardinality(pipeline)

    @property
    def per_epoch(self) -> int | None:
        """The number of batches in the pipeline, or `None` if it is not known in advance."""
        return self._per_epoch

    def take(self, first: int, count: int) -> Taken:
        """Reads `count` batches, starting with the `first`-th.

        Raises:
            DataError: the pipeline fails, or cannot be iterated again.
        """
        while self._position < first:
            self._next()
        taken = [self._next() for _ in range(count)]
        samples = np.stack([to_float(np.asarray(samples)) for samples, _ in taken])
        if taken[0][1] is None:
            return samples, None
        return samples, np.stack([np.asarray(labels, np.int32) for _, labels in taken])

    def _next(self) -> tuple[Any, Any]:
        for _ in range(2):  # at the end of a pass start another; a second pass without a batch means that there is none
            while (element := self._element()) is not None:
                samples, labels = _split(element)
                if len(samples) == self.batch_size:
                    self._position += 1
                    return samples, labels
            self._iterator = iter(self._pipeline)
        raise DataError("the data pipeline ended and yields nothing when iterated again; pass one that can be repeated")

    def _element(self) -> Any:
        pending, self._pending = self._pending, None
        if pending is not None:
            return pending
        try:
            return next(self._iterator, None)
        except Exception as error:  # whatever the user's own pipeline raises
            reason = " ".join(str(error).split())[:300]
            failed = DataError(
                f"the data pipeline failed at batch {self._position}, counted from 0: {type(error).__name__}: {reason}"
            )
            failed.exit_code = 1
            raise failed from error


def _split(element: Any) -> tuple[Any, Any]:
    if isinstance(element, (tuple, list)):
        samples, labels = (*element, None)[:2]
    else:
        samples, labels = element, None
    return np.asarray(samples), None if labels is None else np.asarray(labels).reshape(-1)


def _cardinality(pipeline: Any) -> int | None:
    cardinality = getattr(pipeline, "cardinality", None)
    if cardinality is not None:
        known = int(cardinality())
        return known if known > 0 else None
    return len(pipeline) if hasattr(pipeline, "__len__") else None
