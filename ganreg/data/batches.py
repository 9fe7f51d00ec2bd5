"""The order in which real samples are drawn: a function of (seed, epoch) alone."""

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
    """Where the training loop takes its batches from."""

    batch_size: int
    may_be_taken_ahead: bool
    """Whether batches may be taken before it is certain that they are needed."""

    @property
    @abc.abstractmethod
    def per_epoch(self) -> int | None:
        """How many batches make an epoch, or `None` where that is only known at its end."""

    @abc.abstractmethod
    def take(self, first: int, count: int) -> Taken:
        """Takes `count` batches, the first being the `first`-th since the beginning of training."""


class ArrayBatches(Batches):
    """Shuffled batches of samples in memory; what does not fill a batch at an epoch's end is left out.

    Args:
        samples: `[N, *shape]`, float32 or uint8; uint8 is scaled to -1..1 a batch at a time.
        labels: int32 `[N]`, or `None`.
        batch_size: samples in one batch.
        seed: of the order.
        shuffle: whether to shuffle at all.

    Raises:
        DataError: there are fewer samples than make one batch, or a batch is to have none.
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
        """How many whole batches the samples make."""
        return len(self._samples) // self.batch_size

    def take(self, first: int, count: int) -> Taken:
        """Gathers `count` batches at once, from the `first`-th since the beginning of training."""
        rows = self.rows(first, count)
        # Many times faster than indexing with `rows`, where samples are small.
        samples = to_float(np.take(self._samples, rows, axis=0))
        return samples, None if self._labels is None else self._labels[rows]

    def rows(self, first: int, count: int) -> Array:
        """Which samples the batches consist of: `[count, batch_size]`."""
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
    """Batches as a pipeline hands them out, such as a batched `tf.data.Dataset`.

    Each pass over the pipeline is an epoch. A batch of another size than the first, such as an epoch's last, is left
    out. Continuing at a later batch reads and drops those before it.

    Args:
        pipeline: an iterable of samples `[B, *shape]`, or of pairs of samples and labels `[B]`.

    Raises:
        DataError: it yields nothing; or, at any later batch, it fails.
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
        """The pipeline's number of batches, where it knows it."""
        return self._per_epoch

    def take(self, first: int, count: int) -> Taken:
        """Reads `count` batches, going forward to the `first`-th."""
        while self._position < first:
            self._next()
        taken = [self._next() for _ in range(count)]
        samples = np.stack([to_float(np.asarray(samples)) for samples, _ in taken])
        if taken[0][1] is None:
            return samples, None
        return samples, np.stack([np.asarray(labels, np.int32) for _, labels in taken])

    def _next(self) -> tuple[Any, Any]:
        for _ in range(2):  # at the end of a pass begin another; twice without a batch means that there are none
            while (element := self._element()) is not None:
                samples, labels = _split(element)
                if len(samples) == self.batch_size:
                    self._position += 1
                    return samples, labels
            self._iterator = iter(self._pipeline)
        raise DataError("the data pipeline ran out; a tf.data pipeline must be one that can be iterated again")

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
