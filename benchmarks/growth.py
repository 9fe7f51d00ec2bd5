"""Measures how the cost of an update grows with the batch, the width and the image."""

from __future__ import annotations

from collections.abc import Sequence

import contestants
from floor import matmul_rate, operations_of_step
from timing import interleaved
from workloads import GROWTH


def report(*, only: Sequence[str] | None, rounds: int) -> None:
    """Milliseconds per update as one number grows, and their ratio to the floor, a lower bound on computing time."""
    for what, workloads in GROWTH.items():
        print(f"{what:>12} {'ms':>9} {'/ floor':>8}  execution")
        for workload in workloads:
            execution = contestants.chosen_execution(workload)
            run = contestants.ganreg_fit(workload, execution)
            run(2)
            seconds = interleaved({"ganreg": run}, workload.updates, max(3, rounds // 2))["ganreg"]
            operations = operations_of_step(contestants.assemble(workload), workload.batch_size, gradient_penalty=False)
            print(
                f"{workload.name:>12} {seconds * 1000:9.3f} {seconds * matmul_rate() / operations:8.2f}  {execution}",
                flush=True,
            )
