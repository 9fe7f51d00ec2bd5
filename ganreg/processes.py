"""Calls in other processes of this machine, each of which can end without harm to the others.

The processes are loky's, which start without a copy of this process's threads and report one that is killed. A pool of
several of them ends as a whole when one dies, so each is a pool of its own here.

Nothing here keeps this process from ending: all threads are daemons, every wait for the end of something has a limit,
and what has not been closed is ended before the interpreter waits for the threads of loky.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import BrokenExecutor, Future, wait
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_LIMIT = 10.0
"""The most seconds to wait for the end of processes that are being killed."""
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # on Windows, any of them ends a process at once
_PAUSE = 0.5
"""The seconds after which a thread that waits for a process looks whether all are closed."""


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
        # In the caller's thread: of two threads that import it at the same moment, one may see half of it.
        import loky  # noqa: F401

        self._environment, self._initializer, self._calls = dict(environment or {}), initializer, calls
        self._jobs = jobs
        self._waiting: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._pools: set[Any] = set()
        self._closed = False
        self._ended = threading.Event()
        # Ends all when asked to: signals interrupt the thread that calls `close`, at any moment, but not this one.
        self._asked: queue.SimpleQueue[None] = queue.SimpleQueue()
        threading.Thread(target=self._end_when_asked, name="ganreg-processes-end", daemon=True).start()

    def submit(self, function: Callable[[Item], Result], argument: Item) -> Future[Result]:
        """Calls a function in the next process that is free.

        Args:
            function: the function; it can be pickled.
            argument: its argument.

        Returns:
            The result to come, or the function's exception; `WorkerDiedError` if the process died; any other exception
            if no process could be started.
        """
        call = _Call(function, argument)
        self._waiting.put(call)
        if len(self._threads) < self._jobs:
            thread = threading.Thread(target=self._work, name="ganreg-process", daemon=True)
            try:
                thread.start()
            except RuntimeError:  # the limit of threads
                if not self._threads:
                    raise
            else:
                self._threads.append(thread)
        return call.answer

    def _work(self) -> None:
        """Has calls answered, one after the other, by this thread's own process."""
        pool, answered = None, 0
        while (call := self._waiting.get()) is not None:
            if not call.answer.set_running_or_notify_cancel():
                continue
            try:
                if pool is not None and answered == self._calls:
                    self._pools.discard(pool)
                    _end([pool], kill=False)
                    pool = None
                if pool is None:
                    pool, answered = self._started(), 0
                answered += 1
                result = self._answer(pool, call)
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is the caller's
                if isinstance(error, WorkerDiedError):
                    self._pools.discard(pool)
                    pool = None
                call.answer.set_exception(error)
            else:
                call.answer.set_result(result)
            del call  # a waiting thread would keep what it holds

    def _started(self) -> Any:
        import loky

        if self._closed:
            raise WorkerDiedError("the processes are closed")
        pool = loky.ProcessPoolExecutor(1, initializer=self._initializer, env=os.environ | self._environment)
        self._pools.add(pool)
        return pool

    def _answer(self, pool: Any, call: _Call) -> Any:
        try:
            pending = pool.submit(call.function, call.argument)
            _end_with_interpreter(pool)
            while not wait([pending], timeout=_PAUSE).done:
                if self._closed or _is_lost(pool):
                    _end([pool])
                    raise WorkerDiedError("the process was ended" if self._closed else "the process was lost")
            return pending.result()
        except RuntimeError as error:
            if not (self._closed or isinstance(error, BrokenExecutor)):
                raise
            raise WorkerDiedError(str(error).strip()) from error
        finally:
            if self._closed:  # while the process was being started, so that nobody else has ended it
                _end([pool])

    def close(self) -> None:
        """Ends the processes at once, whatever they do, and what is being started.

        What interrupts this, such as a second Ctrl-C, is raised when the processes have ended, or after 10 seconds.
        """
        self._closed = True
        interruptions: list[BaseException] = []
        ended, until = False, time.monotonic() + _LIMIT
        while not ended and time.monotonic() < until:
            try:
                self._asked.put(None)
                ended = self._ended.wait(max(0.0, until - time.monotonic()))
            except BaseException as error:  # noqa: BLE001 - raised below
                interruptions.append(error)
        if interruptions:
            raise interruptions[0]

    def _end_when_asked(self) -> None:
        self._asked.get()
        until = time.monotonic() + _LIMIT
        with contextlib.suppress(queue.Empty):
            while (call := self._waiting.get_nowait()) is not None:
                call.answer.cancel()
        for _ in range(self._jobs):
            self._waiting.put(None)
        _end(list(self._pools))
        for thread in list(self._threads):  # one may be starting a process, which it then ends
            thread.join(max(0.0, until - time.monotonic()))
        self._ended.set()


class _Call:
    """A function, what it is called with, and the answer to come."""

    def __init__(self, function: Callable[[Any], Any], argument: Any) -> None:
        self.function, self.argument = function, argument
        self.answer: Future[Any] = Future()


def _is_lost(pool: Any) -> bool:
    """Whether nobody would notice the end of a pool's process, because the thread of loky that does has failed."""
    manager = pool._executor_manager_thread
    return manager is not None and not manager.is_alive()


def _end(pools: Iterable[Any], *, kill: bool = True) -> None:
    """Ends pools and waits for them, at most for some seconds; one that cannot be ended does not hold up the others.

    Args:
        pools: pools of loky.
        kill: whether to kill the processes rather than let them end what they do.
    """
    until, ending = time.monotonic() + _LIMIT, []
    for pool in pools:
        manager, processes = pool._executor_manager_thread, list((pool._processes or {}).values())
        with contextlib.suppress(Exception):  # whatever fails here, the processes themselves are killed below
            pool.shutdown(wait=False, kill_workers=kill)
        ending.append((manager, processes))
    for manager, processes in ending:
        if manager is not None:
            with contextlib.suppress(RuntimeError):  # another thread has made it and not yet started it
                manager.join(max(0.0, until - time.monotonic()))
        if manager is None or not manager.is_alive():
            continue
        for process in processes:
            with contextlib.suppress(OSError):
                os.kill(process.pid, _KILL)


_not_ended: weakref.WeakSet[Any] = weakref.WeakSet()
_registered = threading.Lock()


def _end_with_interpreter(pool: Any) -> None:
    """Has a pool that has been used killed when the interpreter ends, if it still runs then.

    The interpreter calls what is registered last first. Loky registers what waits for its threads, without a limit,
    when the first pool is used; `atexit` itself would come too late. Python has no public name for this.
    """
    _not_ended.add(pool)
    register = getattr(threading, "_register_atexit", None)
    if register is not None and _registered.acquire(blocking=False):
        with contextlib.suppress(RuntimeError):  # the interpreter is already ending
            register(lambda: _end(list(_not_ended)))


def cores() -> int:
    """How many cores this process may use.

    `loky.cpu_count` is not used: it also counts a container's share of the machine, which TensorFlow does not.
    """
    if hasattr(os, "process_cpu_count"):  # from Python 3.13 on
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
