"""Batches from what yields them: `tf.data` pipelines, torch DataLoaders, generators and other iterables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from ganreg.data.arrays import as_samples
from ganreg.data.batches import Batches, Taken
from ganreg.data.elements import WORDS, Parts, parts_of
from ganreg.data.labels import as_labels
from ganreg.data.pipelines import can_be_repeated, length_of
from ganreg.data.ranges import to_float
from ganreg.errors import DataError
from ganreg.texts import text_of

Read = Callable[[Parts], Taken]
"""Turns one batch of any form into checked arrays `[B, ...]`."""


def read_plainly(parts: Parts) -> Taken:
    """Turns a batch into arrays without knowing what networks need; bytes become -1..1."""
    batch: Taken = {name: to_float(as_samples(parts[name], WORDS[name])) for name in parts if name != "labels"}
    if "labels" in parts:
        batch["labels"] = as_labels(parts["labels"], len(batch["real"]))
    refuse_other_counts(batch)
    return batch


class StreamBatches(Batches):
    """Batches in the order in which a pipeline yields them. Each pass over the pipeline is an epoch.

    A pipeline that can be iterated again is read and its batches are dropped up to the one that is asked for, so that
    a resumed training continues exactly where it ended if the pipeline repeats itself. An iterator, such as a
    generator, has a place of its own: its next batch is taken, whatever number is asked for.

    A batch of another size than the first is dropped where it ends a pass; two in succession are refused.

    Args:
        pipeline: an iterable of samples `[B, *shape]`, of pairs of samples and labels `[B]`, or of dicts with
            `image` and, where there are any, `label` and `source`.
        translates: whether pairs consist of a source and the sample that belongs to it, as for `fit(x, y)`. Defaults to
            `False`.
        read: checks and converts each batch. Defaults to a conversion without checks against networks.

    Raises:
        DataError: the pipeline yields no batch, or something else than the above.
    """

    may_be_taken_ahead = False

    def __init__(self, pipeline: Iterable[Any], *, translates: bool = False, read: Read = read_plainly) -> None:
        self._pipeline, self._translates, self._read = pipeline, translates, read
        self._repeats = can_be_repeated(pipeline)
        self._per_epoch = length_of(pipeline)
        self._position = self._dropped = 0
        self._pending: Taken | None = None
        self._iterator = self._new_pass()
        first = self._element()
        if first is None:
            raise DataError("the data pipeline yields no batch")
        self._pending = self._named(first)
        self.batch_size = len(self._pending["real"])

    @property
    def per_epoch(self) -> int | None:
        """The number of batches in the pipeline, or `None` if it is not known in advance."""
        return self._per_epoch

    def take(self, first: int, count: int) -> Taken:
        """Reads `count` batches, starting with the `first`-th, or with the next one of an iterator.

        Raises:
            DataError: the pipeline fails, cannot be iterated again, or yields batches of different kinds.
        """
        if self._repeats and first < self._position:
            self._position, self._pending, self._iterator = 0, None, self._new_pass()
        while self._repeats and self._position < first:
            self._next()
        return stacked([self._next() for _ in range(count)])

    def _next(self) -> Taken:
        if self._pending is not None:
            batch, self._pending = self._pending, None
            self._position += 1
            return batch
        for _ in range(2):  # at the end of a pass start another; a second pass without a batch means that there is none
            while (element := self._element()) is not None:
                batch = self._named(element)
                if len(batch["real"]) == self.batch_size:
                    self._position, self._dropped = self._position + 1, 0
                    return batch
                self._drop(len(batch["real"]))
            if not self._repeats:
                raise DataError(
                    f"the data pipeline ended after {self._position} batches, and a generator cannot be started again; "
                    "pass an object whose __iter__ starts a new pass, or ask for fewer steps"
                )
            self._iterator = self._new_pass()
        raise DataError("the data pipeline ended and yields nothing when iterated again; pass one that can be repeated")

    def _drop(self, size: int) -> None:
        self._dropped += 1
        if self._dropped > 1:
            raise DataError(
                f"the data pipeline yields batches of different sizes: {self.batch_size} samples, then {size}; "
                "yield one size, except at the end of a pass"
            )

    def _new_pass(self) -> Iterator[Any]:
        try:
            return iter(self._pipeline)
        except Exception as error:  # whatever the user's own pipeline raises
            raise failure("cannot be iterated", error) from error

    def _element(self) -> Any:
        try:
            return next(self._iterator, None)
        except Exception as error:  # whatever the user's own pipeline raises
            raise failure(f"failed at batch {self._position}, counted from 0", error) from error

    def _named(self, element: Any) -> Taken:
        try:
            return self._read(parts_of(element, translates=self._translates))
        except DataError as error:
            if self._position == 0:
                raise
            raise DataError(f"batch {self._position} of the data pipeline, counted from 0: {error}") from error


def failure(what: str, error: Exception) -> DataError:
    """The error of a pipeline whose own code failed: the work failed, the input was not wrong."""
    reason = text_of(error)
    failed = DataError(f"the data pipeline {what}: {type(error).__name__}: {reason}")
    failed.exit_code = 1
    return failed


def refuse_other_counts(batch: Taken) -> None:
    """Checks that a batch has one label and one source for each sample.

    Raises:
        DataError: it has not.
    """
    for name, values in batch.items():
        if len(values) != len(batch["real"]):
            raise DataError(
                f"a batch of the data pipeline has {len(batch['real'])} samples, but {len(values)} "
                f"{WORDS[name]}; yield one for each sample"
            )


def stacked(batches: Sequence[Taken]) -> Taken:
    """Joins batches into arrays `[n, B, ...]`.

    Raises:
        DataError: they are of different kinds.
    """
    try:
        if len({frozenset(batch) for batch in batches}) > 1:
            raise KeyError
        return {name: np.stack([batch[name] for batch in batches]) for name in batches[0]}
    except (KeyError, ValueError):
        described = " and ".join(dict.fromkeys(map(_described, batches)))
        raise DataError(f"the data pipeline must yield batches of one kind, but yields {described}") from None


def _described(batch: Taken) -> str:
    return ", ".join(f"{WORDS[name]} of shape {values.shape}" for name, values in batch.items())
