"""Prints how fast ganreg trains beside other ways to do the same, as ratios from one interleaved run.

python benchmarks/run.py [WORKLOAD ...] [--rounds N]
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import contestants
from floor import matmul_rate, operations_of_step
from workloads import WORKLOADS, Workload


def seconds_an_update(run: Callable[[int], object], updates: int) -> float:
    """Wall time of one update over a stretch."""
    began = time.perf_counter()
    run(updates)
    return (time.perf_counter() - began) / updates


def compare(workload: Workload, rounds: int) -> dict[str, float]:
    """Median seconds an update of each contestant, interleaved A B C A B C."""
    runs = {"ganreg": contestants.ganreg_fit(workload)}
    runs["ganreg"](max(2, workload.updates))  # warms up, and measures which execution to use
    runs["tutorial"] = contestants.tutorial_loop(workload)
    runs["tutorial"](2)
    if importlib.util.find_spec("torch") is not None:
        runs["pytorch"] = contestants.eager_pytorch(workload)
        runs["pytorch"](2)
    times: dict[str, list[float]] = {name: [] for name in runs}
    rates = []
    for _ in range(rounds):
        for name, run in runs.items():
            times[name].append(seconds_an_update(run, workload.updates))
        rates.append(matmul_rate())
    medians = {name: statistics.median(values) for name, values in times.items()}
    operations = operations_of_step(
        contestants.assemble(workload), workload.batch_size, gradient_penalty=workload.gradient_penalty
    )
    return medians | {"floor": operations / statistics.median(rates)}


def peak_memory(workload: Workload, contestant: str) -> float:
    """Peak resident MB of a process that runs one contestant."""
    code = (
        "import contestants, resource, workloads;"
        f"w = next(w for w in workloads.WORKLOADS if w.name == {workload.name!r});"
        f"contestants.{contestant}(w)({workload.updates});"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    here = Path(__file__).resolve().parent
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-W", "ignore", "-c", code], cwd=here, capture_output=True, text=True, check=True
    )
    return int(done.stdout.split()[-1]) / 1024


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workload", nargs="*", help="names of workloads; all unless given")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--memory", action="store_true", help="measure peak memory too, each in a process of its own")
    options = parser.parse_args()
    chosen = [workload for workload in WORKLOADS if not options.workload or workload.name in options.workload]
    print(f"{'workload':24} {'ms':>8} {'x tutorial':>11} {'x pytorch':>10} {'/ floor':>8}")
    for workload in chosen:
        seconds = compare(workload, options.rounds)
        ours = seconds["ganreg"]
        torch = f"{seconds['pytorch'] / ours:.2f}" if "pytorch" in seconds else "no torch"
        print(
            f"{workload.name:24} {ours * 1000:8.3f} {seconds['tutorial'] / ours:11.2f} {torch:>10} "
            f"{ours / seconds['floor']:8.2f}",
            flush=True,
        )
        if options.memory:
            memory = {name: peak_memory(workload, name) for name in ("ganreg_fit", "tutorial_loop")}
            print(f"  peak memory: {memory['ganreg_fit']:.0f} MB, the tutorial loop's {memory['tutorial_loop']:.0f} MB")


if __name__ == "__main__":
    main()
