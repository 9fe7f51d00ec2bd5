"""Where trials run: in processes of this machine or on a Dask cluster. Both call the same function."""

from __future__ import annotations

import asyncio
import functools
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from ganreg.errors import RunError
from ganreg.processes import Processes, WorkerDiedError, cores

__all__ = ["DaskWorkers", "LocalWorkers", "WorkerDiedError", "Workers", "cores", "started_workers"]

_Argument = TypeVar("_Argument")
_Answer = TypeVar("_Answer")

_CONNECT_SECONDS = 15
_PARENT_SECONDS = 0.5
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class Workers(Protocol):
    """Runs calls elsewhere, several at a time."""

    jobs: int

    def submit(self, function: Callable[[_Argument], _Answer], argument: _Argument) -> Future[_Answer]:
        """Calls a function of a module in another process.

        Returns:
            The answer to come, or the function's exception; `WorkerDiedError` if the process died.
        """


class LocalWorkers(Processes):
    """Processes of this machine, each of which computes one trial at a time.

    Args:
        jobs: how many there are at once.
        threads: how many threads each computes with.
        log: the file to which they write what they would write to a terminal.
    """

    def __init__(self, jobs: int, threads: int, log: Path) -> None:
        variables = dict.fromkeys(_THREAD_VARIABLES, str(threads))
        variables["TF_CPP_MIN_LOG_LEVEL"] = os.environ.get("TF_CPP_MIN_LOG_LEVEL", "2")
        super().__init__(
            jobs, environment=variables, initializer=functools.partial(_start, os.getpid(), str(log.resolve()))
        )
        self.jobs = jobs


def _start(parent: int, log: str) -> None:
    """What a process of this machine does first."""
    # Ctrl-C reaches the whole group of processes; the one that was asked decides what becomes of the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    except OSError:  # as on a full disk, where trials say what fails
        file = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(file, stream)
    os.close(file)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """Ends this process when its parent has ended, which may be killed without notice."""
    while os.getppid() == parent:
        time.sleep(_PARENT_SECONDS)
    os._exit(1)


class DaskWorkers:
    """The workers of a Dask cluster, which see the comparison's folder under the same path.

    Args:
        address: the scheduler's, such as `"tcp://127.0.0.1:8786"`.

    Raises:
        RunError: dask.distributed is not installed, no scheduler answers, or it has no workers.
    """

    def __init__(self, address: str) -> None:
        try:
            import distributed
        except ImportError:
            raise RunError(
                'a Dask cluster needs dask.distributed; install it with: pip install "ganreg[distributed]"'
            ) from None
        try:
            self._client: Any = distributed.Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise RunError(
                f"no Dask scheduler answers at {address}: {error}; start one with: dask scheduler"
            ) from error
        try:
            self._client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
        except TimeoutError:
            self._client.close()
            raise RunError(
                f"the Dask scheduler at {address} has no workers; start some with: dask worker {address} --nthreads 1"
            ) from None
        self.jobs = len(self._client.scheduler_info(n_workers=-1)["workers"])
        self._pending: set[Any] = set()

    def submit(self, function: Callable[[_Argument], _Answer], argument: _Argument) -> Future[_Answer]:
        """Calls a function on the next worker that is free; see `Workers`."""
        answer: Future[_Answer] = Future()
        pending = self._client.submit(function, argument, pure=False)
        self._pending.add(pending)
        pending.add_done_callback(functools.partial(self._hand_over, answer))
        return answer

    def _hand_over(self, answer: Future[Any], done: Any) -> None:
        """Has one kind of future end as another did, and the cluster forget it."""
        from distributed import KilledWorker

        try:
            answer.set_result(done.result())
        except KilledWorker as error:
            died = WorkerDiedError(str(error))
            died.__cause__ = error
            answer.set_exception(died)
        except (asyncio.CancelledError, CancelledError) as error:
            lost = RunError("the Dask cluster let go of a trial, or of all; the same command goes on where it was")
            lost.__cause__ = error
            answer.set_exception(lost)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is the caller's
            answer.set_exception(error)
        finally:
            self._pending.discard(done)

    def close(self) -> None:
        """Lets go of the cluster; what runs there runs to its end, what waits does not."""
        try:
            self._client.cancel(list(self._pending))
        finally:
            self._client.close(timeout=_CONNECT_SECONDS)


@contextmanager
def started_workers(
    *, jobs: int | None, scheduler: str | None, threads: int, log: Path
) -> Iterator[LocalWorkers | DaskWorkers]:
    """The workers for a comparison, ended with the body.

    Args:
        jobs: how many processes of this machine; a core each unless given.
        scheduler: the address of a Dask cluster, instead of this machine.
        threads: how many each computes with.
        log: where those of this machine write what they would write to a terminal.
    """
    workers = DaskWorkers(scheduler) if scheduler is not None else LocalWorkers(jobs or cores(), threads, log)
    try:
        yield workers
    finally:
        workers.close()
