"""Measures peak memory, each contestant in a separate process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from workloads import WORKLOADS, Workload

CONTESTANTS = ("ganreg_fit", "tutorial_loop", "eager_pytorch")
LONG = 20_000


def report(*, only: Sequence[str] | None, rounds: int) -> None:
    """Peak resident memory, in MB, of a process that imports, compiles and trains."""
    print(f"{'workload':24} {'ganreg':>8} {'tutorial':>9} {'pytorch':>9} {'ganreg / tutorial':>18}")
    for workload in WORKLOADS:
        if only and workload.name not in only:
            continue
        peaks = {contestant: _peak(workload, contestant) for contestant in CONTESTANTS}
        ours, tutorial, torch = (peaks[name] for name in CONTESTANTS)
        ratio = ours / tutorial if ours and tutorial else float("nan")
        print(f"{workload.name:24} {_mb(ours):>8} {_mb(tutorial):>9} {_mb(torch):>9} {ratio:18.2f}", flush=True)
    if not only or WORKLOADS[0].name in only:
        first, last = _growing(WORKLOADS[0])
        print(
            f"resident memory over {LONG:,} updates of {WORKLOADS[0].name}: {first:.0f} MB after 2,000, "
            f"{last:.0f} MB at the end"
        )


def _mb(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"


def _python(code: str) -> list[str]:
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=Path(__file__).resolve().parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.split()


def _workload(workload: Workload) -> str:
    return f"w = next(w for w in workloads.WORKLOADS if w.name == {workload.name!r});"


def _peak(workload: Workload, contestant: str) -> float | None:
    """Returns MB, or `None` if the contestant cannot run."""
    words = _python(
        "import contestants, resource, workloads;"
        + _workload(workload)
        + f"contestants.{contestant}(w)(max(4, w.updates));"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    return int(words[-1]) / 1024 if words else None


def _growing(workload: Workload) -> tuple[float, float]:
    """Returns the MB that are resident after 2,000 updates and after all of them."""
    words = _python(
        "import contestants, os, workloads;"
        + _workload(workload)
        + "run = contestants.ganreg_fit(w);"
        + "now = lambda: int(open('/proc/self/statm').read().split()[1]) * os.sysconf('SC_PAGE_SIZE') / 2**20;"
        + f"run(2000); print(now()); run({LONG - 2000}); print(now())"
    )
    return float(words[-2]), float(words[-1])
