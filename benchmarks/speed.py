"""Measures training: ganreg, the tutorials' loop, eager PyTorch, and the floor."""

from __future__ import annotations

from collections.abc import Sequence

import contestants
from floor import matmul_rate, operations_of_step
from timing import Run, interleaved
from workloads import WORKLOADS, Workload


def report(*, only: Sequence[str] | None, rounds: int) -> None:
    """Ratios of the others' times to ganreg's, and of ganreg's to the floor (a lower bound) and to its bare step."""
    print(f"{'workload':24} {'ms':>8} {'tutorial':>9} {'pytorch':>9} {'/ floor':>8} {'/ bare':>7}  execution")
    for workload in WORKLOADS:
        if not only or workload.name in only:
            _row(workload, rounds)


def _row(workload: Workload, rounds: int) -> None:
    execution = contestants.chosen_execution(workload)
    runs: dict[str, Run] = {
        "ganreg": contestants.ganreg_fit(workload, execution),
        "tutorial": contestants.tutorial_loop(workload),
        "bare": contestants.bare_step(workload, execution),
    }
    missing = ""
    try:
        runs["pytorch"] = contestants.eager_pytorch(workload)
    except ImportError as error:
        missing = f"  (no PyTorch: {error})"
    for run in runs.values():
        run(2)  # compiles
    rate = [matmul_rate()]
    seconds = interleaved(runs, workload.updates, rounds)
    rate.append(matmul_rate())
    operations = operations_of_step(
        contestants.assemble(workload), workload.batch_size, gradient_penalty=workload.gradient_penalty
    )
    ours = seconds["ganreg"]
    torch = f"{seconds['pytorch'] / ours:.2f}" if "pytorch" in seconds else "-"
    over_floor = ours * max(rate) / operations
    print(
        f"{workload.name:24} {ours * 1000:8.3f} {seconds['tutorial'] / ours:9.2f} {torch:>9} {over_floor:8.2f} "
        f"{ours / seconds['bare']:7.3f}  {execution}{missing}",
        flush=True,
    )
