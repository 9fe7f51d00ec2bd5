"""Calling a function on many things, in other processes, even if some of them end their process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed
from contextlib import closing
from typing import TypeVar

from ganreg.processes import Processes, WorkerDiedError

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_processes(
    function: Callable[[Item], Result], items: Sequence[Item], *, processes: int, lot: int
) -> Iterator[tuple[Item, Result | None]]:
    """Yields each item with the function's result, as they come; with `None` if it ended its process twice.

    Args:
        function: the function; it can be pickled, and what it raises is raised here.
        items: what it is called on.
        processes: how many processes there are at once. An item that ended its process is tried again alone, since it
            may have lacked the memory that others used.
        lot: how many items a process has before it is replaced: TensorFlow never frees compiled functions, so they
            would fill the memory.
    """
    died = list(items)
    for at_once in (processes, 1):
        died, waiting = [], died
        with closing(Processes(at_once, calls=lot)) as pool:
            results = {pool.submit(function, item): item for item in waiting}
            for result in as_completed(results):
                try:
                    yield results[result], result.result()
                except WorkerDiedError:
                    died.append(results[result])
    yield from ((item, None) for item in died)
