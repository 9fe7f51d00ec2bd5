"""Times several ways to do the same: interleaved and with medians, so that noise of the machine affects all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

Run = Callable[[int], object]


def seconds_an_update(run: Run, updates: int) -> float:
    """Returns the mean wall-clock time of one update over a stretch."""
    began = time.perf_counter()
    run(updates)
    return (time.perf_counter() - began) / updates


def interleaved(runs: Mapping[str, Run], updates: int, rounds: int) -> dict[str, float]:
    """Returns the median seconds per update of each way.

    Args:
        runs: the ways by name, which take turns: A B C A B C.
        updates: the number of updates in one stretch.
        rounds: the number of stretches of each way.
    """
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            times[name].append(seconds_an_update(run, updates))
    return {name: statistics.median(values) for name, values in times.items()}
