"""Timing several ways to do the same: interleaved, with medians, so that a noisy machine is noisy to all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

Run = Callable[[int], object]


def seconds_an_update(run: Run, updates: int) -> float:
    """Wall time of one update over a stretch."""
    began = time.perf_counter()
    run(updates)
    return (time.perf_counter() - began) / updates


def interleaved(runs: Mapping[str, Run], updates: int, rounds: int) -> dict[str, float]:
    """Median seconds an update of each, A B C A B C; `updates` at a stretch."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            times[name].append(seconds_an_update(run, updates))
    return {name: statistics.median(values) for name, values in times.items()}
