"""Prepares the next call's batches while the current call runs."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from ganreg.data.arrays import Array
from ganreg.data.batches import Batches
from ganreg.engine.running.execution import Prepared, TrainFunction

Request = tuple[TrainFunction, int, int]
"""The function that will run, the first batch that it needs, and the number of batches."""


class Feed:
    """Provides prepared batches; a separate thread prepares those that are requested ahead.

    It is a context manager, so that the thread ends with the training.

    Args:
        batches: the source of batches. A pipeline is never read ahead, because its batches cannot be put back.
        seen: called with the labels of the batches that are taken, integers `[n, B]`. Defaults to `None`.
    """

    def __init__(self, batches: Batches, seen: Callable[[Array], None] | None = None) -> None:
        self._batches, self._seen = batches, seen
        self._pool = ThreadPoolExecutor(1, "ganreg-batches") if batches.may_be_taken_ahead else None
        self._ahead: tuple[Request, Future[Prepared]] | None = None

    def __enter__(self) -> Feed:
        """Returns itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Waits for the thread and discards what it prepared."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def ask_ahead(self, function: TrainFunction, first: int, count: int) -> None:
        """Starts to prepare the batches that will be taken next."""
        if self._pool is not None:
            request = (function, first, count)
            self._ahead = request, self._pool.submit(self._prepare, *request)

    def take(self, function: TrainFunction, first: int, count: int) -> Prepared:
        """Returns `count` prepared batches, starting with the `first`-th; errors from the thread are raised here.

        Raises:
            DataError: a pipeline ran out, or its batches do not fit the assembly.
        """
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            request, future = ahead
            prepared = future.result()  # wait even if it is not needed: `take` must not run in two threads at once
            if request == (function, first, count):
                return prepared
        return self._prepare(function, first, count)

    def _prepare(self, function: TrainFunction, first: int, count: int) -> Prepared:
        taken = self._batches.take(first, count)
        if self._seen is not None and "labels" in taken:
            self._seen(taken["labels"])
        return function.prepared(taken)
