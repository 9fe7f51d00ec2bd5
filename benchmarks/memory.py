"""Measures peak memory, each contestant in a separate process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from peers.asking import Contestant
from workloads import WORKLOADS, Workload

CONTESTANTS: dict[str, tuple[str, ...]] = {
    "graph": ("ganreg_training", "graph"),
    "XLA": ("ganreg_training", "xla"),
    "tutorial": ("tutorial",),
    "PyTorch": ("pytorch", "eager"),
}
LONG = 20_000


def report(*, only: Sequence[str] | None, rounds: int) -> None:
    """Peak resident memory, in MB, of a process that imports, compiles and trains."""
    print(f"{'workload':24}" + "".join(f"{name:>10}" for name in CONTESTANTS))
    for workload in WORKLOADS:
        if not only or workload.name in only:
            peaks = [_peak(workload, *how) for how in CONTESTANTS.values()]
            print(f"{workload.name:24}" + "".join(f"{peak:>10}" for peak in peaks), flush=True)
    if not only or WORKLOADS[0].name in only:
        first, last = _growing(WORKLOADS[0])
        print(
            f"resident memory over {LONG:,} updates of {WORKLOADS[0].name}: {first:.0f} MB after 2,000, "
            f"{last:.0f} MB at the end"
        )


def _peak(workload: Workload, module: str, *options: str) -> str:
    """Returns MB, or a dash if the contestant cannot run."""
    try:
        contestant = Contestant(module, workload.name, *options)
    except RuntimeError:
        return "-"
    contestant.train(max(4, workload.updates))
    contestant.close()
    return f"{contestant.peak:.0f}"


def _growing(workload: Workload) -> tuple[float, float]:
    """Returns the MB that are resident after 2,000 updates and after all of them."""
    code = (
        "import contestants, os, workloads;"
        f"run = contestants.ganreg_fit(workloads.workload_of({workload.name!r}));"
        "now = lambda: int(open('/proc/self/statm').read().split()[1]) * os.sysconf('SC_PAGE_SIZE') / 2**20;"
        f"run(2000); print(now()); run({LONG - 2000}); print(now())"
    )
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=Path(__file__).resolve().parent,
        capture_output=True,
        text=True,
        check=False,
    )
    first, last = done.stdout.split()[-2:]
    return float(first), float(last)
