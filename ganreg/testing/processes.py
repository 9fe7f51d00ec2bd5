"""Calling a function on many things, in processes of their own, whatever becomes of these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_processes(
    function: Callable[[Item], Result], items: Sequence[Item], *, processes: int, lot: int
) -> Iterator[tuple[Item, Result | None]]:
    """Yields each item with the function's result, as they come; with `None` where it ended its process twice.

    TensorFlow never frees compiled functions, so that processes are replaced after a lot each, before they fill the
    memory. (`max_tasks_per_child` would be the executor's own way; it hangs when a pool's last process is due.)

    Args:
        function: can be pickled; what it raises is raised here.
        items: what it is called on.
        processes: how many at once.
        lot: how many items a process has before it is replaced.
    """
    size = processes * lot
    for start in range(0, len(items), size):
        died = []
        for item, result in _one_lot(function, items[start : start + size], processes):
            if result is None:
                died.append(item)
            else:
                yield item, result
        for item in died:  # each alone, since one that ends its process takes its neighbours with it
            yield from _one_lot(function, [item], 1)


def _one_lot(
    function: Callable[[Item], Result], items: Sequence[Item], processes: int
) -> Iterator[tuple[Item, Result | None]]:
    with ProcessPoolExecutor(min(processes, len(items)), get_context("spawn")) as pool:
        futures = {pool.submit(function, item): item for item in items}
        for future in as_completed(futures):
            try:
                yield futures[future], future.result()
            except BrokenProcessPool:
                yield futures[future], None
