"""The order in which real samples are drawn, which depends on the seed and the epoch only."""

from __future__ import annotations

import abc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ganreg.data.arrays import Array, to_float
from ganreg.errors import DataError

Taken = dict[str, Array]
"""n batches: samples as `real`, float32 `[n, B, *shape]`; and, where there are any, `labels`, int32 `[n, B]`, and
`source`, float32 `[n, B, *source.shape]`."""

_ORDER_OF_SOURCES = 1
"""Separates the order of unpaired sources from that of the samples."""


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
            Arrays `[n, B, ...]` by name.
        """


class ArrayBatches(Batches):
    """Shuffled batches of samples in memory; an incomplete batch at the end of an epoch is dropped.

    Args:
        samples: `[N, *shape]`, float32 or uint8; uint8 is scaled to -1..1 batch by batch.
        labels: int32 `[N]`, or `None`.
        batch_size: the number of samples in one batch.
        seed: the seed of the order, one or several integers.
        shuffle: whether to shuffle. Defaults to `True`.
        source: the sources, `[M, *source.shape]`, float32 or uint8. Defaults to `None`.
        paired: whether the sources belong to the samples with the same indices, so that M = N; otherwise they have an
            order of their own. Defaults to `False`.
        what: the name of the samples in messages. Defaults to "samples".

    Raises:
        DataError: the batch size is not positive, or there are fewer samples than that.
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
        what: str = "samples",
    ) -> None:
        if batch_size < 1:
            raise DataError(f"the batch size must be at least 1, got {batch_size}")
        if len(samples) < batch_size:
            raise DataError(
                f"batch size {batch_size} is more than the {len(samples)} {what}; use {len(samples)} or less"
            )
        self.batch_size = batch_size
        self._samples, self._labels = samples, labels
        self._seed, self._shuffle = [seed] if isinstance(seed, int) else [*seed], shuffle
        self._source = source
        self._order_of_sources = self
        if source is not None and not paired:
            seed = [*self._seed, _ORDER_OF_SOURCES]
            self._order_of_sources = ArrayBatches(
                source, None, batch_size=batch_size, seed=seed, shuffle=shuffle, what="sources"
            )
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
        taken = {"real": to_float(np.take(self._samples, rows, axis=0))}
        if self._labels is not None:
            taken["labels"] = self._labels[rows]
        if self._source is not None:
            rows = self._order_of_sources.rows(first, count)
            taken["source"] = to_float(np.take(self._source, rows, axis=0))
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
            count = len(self._samples)
            stream = np.random.Generator(np.random.PCG64([*self._seed, epoch]))
            self._epoch, self._order = epoch, stream.permutation(count) if self._shuffle else np.arange(count)
        return self._order


class StreamBatches(Batches):
    """Batches from a pipeline such as a batched `tf.data.Dataset`.

    Each pass over the pipeline is an epoch. Batches of a different size than the first, such as the last of an epoch,
    are dropped. Continuing at a later batch reads and drops those before it.

    Args:
        pipeline: an iterable of samples `[B, *shape]`, of pairs of samples and labels `[B]`, or of dicts with
            `image` and, where there are any, `label` and `source`.
        translates: whether pairs consist of a source and the sample that belongs to it, as for `fit(x, y)`. Defaults to
            `False`.

    Raises:
        DataError: the pipeline yields no batch, or something else than the above.
    """

    may_be_taken_ahead = False

    def __init__(self, pipeline: Iterable[Any], *, translates: bool = False) -> None:
        self._pipeline, self._translates = pipeline, translates
        self._iterator: Iterator[Any] = iter(pipeline)
        self._position = 0
        first = next(self._iterator, None)
        if first is None:
            raise DataError("the data pipeline yields no batch")
        self._pending: Any = first
        self.batch_size = len(self._named(first)["real"])
        self._per_epoch = _cardinality(pipeline)

    @property
    def per_epoch(self) -> int | None:
        """The number of batches in the pipeline, or `None` if it is not known in advance."""
        return self._per_epoch

    def take(self, first: int, count: int) -> Taken:
        """Reads `count` batches, starting with the `first`-th.

        Raises:
            DataError: the pipeline fails, cannot be iterated again, or yields batches of different kinds.
        """
        while self._position < first:
            self._next()
        taken = [self._next() for _ in range(count)]
        try:
            return {name: np.stack([batch[name] for batch in taken]) for name in taken[0]}
        except (KeyError, ValueError):
            described = " and ".join(dict.fromkeys(map(_described, taken)))
            raise DataError(f"the data pipeline must yield batches of one kind, but yields {described}") from None

    def _next(self) -> Taken:
        for _ in range(2):  # at the end of a pass start another; a second pass without a batch means that there is none
            while (element := self._element()) is not None:
                batch = self._named(element)
                if len(batch["real"]) == self.batch_size:
                    self._position += 1
                    return batch
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

    def _named(self, element: Any) -> Taken:
        batch = {
            name: np.asarray(values, np.int32).reshape(-1) if name == "labels" else to_float(np.asarray(values))
            for name, values in self._parts(element).items()
            if values is not None
        }
        if "real" not in batch:
            raise DataError("the data pipeline must yield samples, got None")
        for name, values in batch.items():
            if len(values) != len(batch["real"]):
                raise DataError(
                    f"a batch of the data pipeline has {len(batch['real'])} samples, but {len(values)} "
                    f"{_WORDS[name]}; yield one for each sample"
                )
        return batch

    def _parts(self, element: Any) -> Mapping[str, Any]:
        if isinstance(element, Mapping):
            if "image" not in element or set(element) - set(_FIELDS):
                raise DataError(
                    "a pipeline of dicts must yield 'image' and, where there are any, 'label' and 'source', "
                    f"got {', '.join(map(repr, element)) or 'none of them'}"
                )
            return {_FIELDS[name]: values for name, values in element.items()}
        if not isinstance(element, (tuple, list)):
            return {"real": element}
        names = (("source", "real") if self._translates else ("real", "labels")) if len(element) > 1 else ("real",)
        if len(element) != len(names):
            raise DataError(
                f"a pipeline of tuples must yield pairs, got {len(element)} values; "
                "for more, yield dicts with 'image', 'label' and 'source'"
            )
        return dict(zip(names, element, strict=True))


_FIELDS = {"image": "real", "label": "labels", "source": "source"}
"""The keys of a pipeline of dicts, and their names in a batch."""

_WORDS = {"real": "samples", "labels": "labels", "source": "sources"}
"""The names in a batch, and how messages call them."""


def _described(batch: Taken) -> str:
    return ", ".join(f"{_WORDS[name]} of shape {values.shape}" for name, values in batch.items())


def _cardinality(pipeline: Any) -> int | None:
    cardinality = getattr(pipeline, "cardinality", None)
    if cardinality is not None:
        known = int(cardinality())
        return known if known > 0 else None
    return len(pipeline) if hasattr(pipeline, "__len__") else None
