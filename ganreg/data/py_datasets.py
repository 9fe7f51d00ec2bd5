"""Batches of a `keras.utils.PyDataset`, each of which has a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import numpy as np

from ganreg.data.arrays import Array
from ganreg.data.batches import Batches, Taken, epoch_order
from ganreg.data.conversion import type_of
from ganreg.data.elements import parts_of
from ganreg.data.streams import Read, failure, read_plainly, stacked
from ganreg.errors import DataError

_IDLE_SECONDS = 60
"""Other processes end when they have had nothing to do for so long."""


class PyDatasetBatches(Batches):
    """Batches of a `PyDataset`, in the order of their numbers or shuffled by the seed and the epoch, as for arrays.

    Resuming reads no earlier batch: `on_epoch_begin` and `on_epoch_end` are called once for each epoch that is over, so
    that a training continues exactly where it ended if the dataset depends on these calls and the batch's number only.

    With several `workers` the next batches of the epoch are made ahead in threads, or in processes if the dataset asks
    for `use_multiprocessing`; the order does not depend on them. A shorter last batch is left out.

    Args:
        dataset: the dataset.
        translates: whether pairs consist of a source and the sample that belongs to it. Defaults to `False`.
        read: checks and converts each batch. Defaults to a conversion without checks against networks.
        seed: the seed of the order.
        shuffle: whether to shuffle the batches of a finite dataset, differently in each epoch. Defaults to `True`.

    Raises:
        DataError: the dataset has no batch, or fails.
    """

    may_be_taken_ahead = False

    def __init__(
        self,
        dataset: Any,
        *,
        seed: int | Sequence[int],
        translates: bool = False,
        read: Read = read_plainly,
        shuffle: bool = True,
    ) -> None:
        self._dataset, self._translates, self._read = dataset, translates, read
        self._seed, self._shuffle = seed, shuffle
        self._epoch, self._is_open, self._order = -1, False, np.empty(0, np.int64)
        self._executor: Executor | None = None
        self._ahead: dict[int, Future[Any]] = {}
        self._whole = length = self._known_length()
        if length == 0:
            raise DataError("the data pipeline yields no batch")
        self._enter(0)
        self.batch_size = len(self._batch(0)["real"])
        if length is not None and length > 1 and len(self._batch(length - 1)["real"]) != self.batch_size:
            self._whole = length - 1
            self._start_order()

    def _known_length(self) -> int | None:
        try:
            length = self._dataset.num_batches
            return None if length is None else int(length)
        except Exception as error:  # whatever the user's own dataset raises
            raise failure(f"{type_of(self._dataset)} does not tell its number of batches", error) from error

    @property
    def per_epoch(self) -> int | None:
        """The number of whole batches, or `None` for an endless dataset."""
        return self._whole

    def take(self, first: int, count: int) -> Taken:
        """Makes `count` batches, starting with the `first`-th since the start of training.

        Raises:
            DataError: the dataset fails, or its batches do not fit or are of different sizes.
        """
        return stacked([self._numbered(number) for number in range(first, first + count)])

    def _numbered(self, number: int) -> Taken:
        """The batch with a number since the start of training."""
        epoch, place = (0, number) if self._whole is None else divmod(number, self._whole)
        self._enter(epoch)
        index = place if self._whole is None else int(self._order[place])
        batch = self._batch(index, ahead=self._next_indices(place))
        if len(batch["real"]) != self.batch_size:
            raise DataError(
                f"batch {index} of the data pipeline has {len(batch['real'])} samples, but the first has "
                f"{self.batch_size}; make all but the last of one size"
            )
        if place + 1 == self._whole:
            self._leave()
        return batch

    def _enter(self, epoch: int) -> None:
        """Goes to an epoch; one that is over already is entered as another epoch of the dataset."""
        if self._is_open and epoch == self._epoch:
            return
        for number in range(min(self._epoch + 1, epoch), epoch + 1):
            if self._is_open:
                self._leave()
            self._call(self._dataset.on_epoch_begin)
            self._epoch, self._is_open = number, True
        self._start_order()

    def _leave(self) -> None:
        self._ahead.clear()
        self._call(self._dataset.on_epoch_end)
        self._is_open = False
        if self._executor is not None and self._changes_between_epochs():
            self._executor = None  # other processes hold a copy of the dataset as it was

    def _changes_between_epochs(self) -> bool:
        base = next(one for one in type(self._dataset).__mro__ if one.__name__ == "PyDataset")
        kind = type(self._dataset)
        return any(getattr(kind, name) is not getattr(base, name) for name in ("on_epoch_begin", "on_epoch_end"))

    def _start_order(self) -> None:
        if self._whole is not None:
            self._order = epoch_order(self._whole, self._seed, self._epoch, shuffle=self._shuffle)

    def _next_indices(self, place: int) -> Sequence[int]:
        end = place + 1 + max(1, int(self._dataset.max_queue_size))
        if self._whole is None:
            return range(place + 1, end)
        upcoming: Array = self._order[place + 1 : end]
        return [int(index) for index in upcoming]

    def _batch(self, index: int, ahead: Sequence[int] = ()) -> Taken:
        element = self._call(self._element, index, ahead)
        try:
            return self._read(parts_of(element, translates=self._translates))
        except DataError as error:
            if index == 0:
                raise
            raise DataError(f"batch {index} of the data pipeline, counted from 0: {error}") from error

    def _element(self, index: int, ahead: Sequence[int]) -> Any:
        workers, apart = int(self._dataset.workers), bool(self._dataset.use_multiprocessing)
        if workers < 1 or (workers == 1 and not apart):
            return self._dataset[index]
        if self._executor is None:
            self._executor = _processes(self._dataset, workers) if apart else ThreadPoolExecutor(workers)
        make: Callable[[int], Any] = _held_batch if apart else self._dataset.__getitem__
        for one in (index, *ahead):
            if one not in self._ahead:
                self._ahead[one] = self._executor.submit(make, one)
        return self._ahead.pop(index).result()

    def _call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except Exception as error:  # whatever the user's own dataset raises
            where = f" at batch {arguments[0]}, counted from 0" if arguments else ""
            raise failure(f"{type_of(self._dataset)} failed{where}", error) from error


def _processes(dataset: Any, workers: int) -> Executor:
    """Processes that each hold a copy of a dataset."""
    import loky

    made: Executor = loky.ProcessPoolExecutor(workers, timeout=_IDLE_SECONDS, initializer=_hold, initargs=(dataset,))
    return made


_held: list[Any] = []
"""In another process: the dataset whose batches it makes."""


def _hold(dataset: Any) -> None:
    _held[:] = [dataset]


def _held_batch(index: int) -> Any:
    return _held[0][index]
