"""Measures what `fit`, the metrics file and the progress bar add to the bare compiled step."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import contestants
from timing import interleaved
from workloads import WORKLOADS

_LONGER = 5
"""How many times longer a stretch is than in `speed`: small overheads need long stretches."""


def report(*, only: Sequence[str] | None, rounds: int) -> None:
    """Ratios to ganreg's own compiled step on a prepared batch, without logs and callbacks."""
    print(f"{'workload':24} {'bare ms':>8} {'fit':>7} {'fit with metrics.csv and progress bar':>38}")
    for workload in WORKLOADS:
        if only and workload.name not in only:
            continue
        execution = contestants.chosen_execution(workload)
        with tempfile.TemporaryDirectory() as folder:
            runs = {
                "bare": contestants.bare_step(workload, execution),
                "fit": contestants.ganreg_fit(workload, execution),
                "recorded": contestants.recorded_fit(workload, execution, Path(folder)),
            }
            for run in runs.values():
                run(2)
            seconds = interleaved(runs, workload.updates * (_LONGER if workload.updates > 100 else 2), rounds)
        bare = seconds["bare"]
        print(
            f"{workload.name:24} {bare * 1000:8.3f} {seconds['fit'] / bare:7.3f} {seconds['recorded'] / bare:38.3f}",
            flush=True,
        )
