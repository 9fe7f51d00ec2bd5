"""Calls in other processes of this machine, each of which can end without harm to the others.

The processes are loky's, which start without a copy of this process's threads and report one that is killed. A pool of
several of them ends as a whole when one dies, so each is a pool of its own here.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class WorkerDiedError(Exception):
    """The process that ran a call ended before the call did; no other call is affected."""


class Processes:
    """Processes of this machine, started when first needed and used again.

    Args:
        jobs: how many there are at once.
        environment: variables that are set in them before anything is imported, in addition to this process's.
        initializer: what each calls first; it can be pickled.
        calls: how many calls a process answers before another takes its place. Defaults to any number.
    """

    def __init__(
        self,
        jobs: int,
        *,
        environment: Mapping[str, str] | None = None,
        initializer: Callable[[], None] | None = None,
        calls: int | None = None,
    ) -> None:
        self._environment, self._initializer, self._calls = dict(environment or {}), initializer, calls
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="ganreg-process")
        self._own = threading.local()
        self._pools: set[Any] = set()
        self._closed = False

    def submit(self, function: Callable[[Item], Result], argument: Item) -> Future[Result]:
        """Calls a function in the next process that is free.

        Args:
            function: the function; it can be pickled.
            argument: its argument.

        Returns:
            The result to come, or the function's exception; `WorkerDiedError` if the process died.
        """
        return self._threads.submit(self._call, function, argument)

    def _call(self, function: Callable[[Item], Result], argument: Item) -> Result:
        pool = self._pool()
        try:
            result: Result = pool.submit(function, argument).result()
        except RuntimeError as error:
            if not (self._closed or isinstance(error, BrokenExecutor)):
                raise
            self._forget(pool)
            raise WorkerDiedError(str(error).strip()) from error
        return result

    def _pool(self) -> Any:
        """This thread's own process, for one more call."""
        if self._closed:
            raise WorkerDiedError("the processes are closed")
        pool = getattr(self._own, "pool", None)
        if pool is not None and self._own.calls == self._calls:
            self._forget(pool)
            pool.shutdown(wait=True)
            pool = None
        if pool is None:
            from loky import ProcessPoolExecutor

            pool = ProcessPoolExecutor(1, initializer=self._initializer, env=os.environ | self._environment)
            self._own.pool, self._own.calls = pool, 0
            self._pools.add(pool)
        self._own.calls += 1
        return pool

    def _forget(self, pool: Any) -> None:
        self._own.pool = None
        self._pools.discard(pool)

    def close(self) -> None:
        """Ends the processes at once, whatever they do."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for pool in list(self._pools):
            pool.shutdown(wait=True, kill_workers=True)


def cores() -> int:
    """How many cores this process may use.

    `loky.cpu_count` is not used: it also counts a container's share of the machine, which TensorFlow does not.
    """
    if hasattr(os, "process_cpu_count"):  # from Python 3.13 on
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
