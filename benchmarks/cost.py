"""Measures what a regularizer adds to an update."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import contestants
from timing import interleaved
from workloads import WORKLOADS

REGULARIZERS = {
    "feature-matching": ("feature-matching",),
    "instance-noise": ("instance-noise",),
    "r1": ("r1",),
    "r1:every=16": ("r1:every=16",),
    "r1 + r2": ("r1", "r2"),
    "wgan-gp": ("wgan-gp",),
    "spectral-norm": ("spectral-norm",),
    "all but wgan-gp": ("r1", "r2", "feature-matching", "instance-noise", "spectral-norm"),
}
UPDATES = 16
"""The number of updates per stretch: a whole period of the lazy penalty."""


def report(*, only: Sequence[str] | None, rounds: int) -> None:
    """Ratios to the plain update of the `dcgan` pair, with one XLA update per call."""
    from ganreg.engine.running.execution import Execution

    execution = Execution("xla", 1)
    workload = attrs.evolve(WORKLOADS[2], width=32)
    runs = {"plain": contestants.bare_step(workload, execution)}
    for name, regularizers in REGULARIZERS.items():
        if not only or name in only:
            runs[name] = contestants.bare_step(workload, execution, regularizers)
    for run in runs.values():
        run(2)
    seconds = interleaved(runs, UPDATES, rounds)
    print(f"{'plain':>20}: {seconds['plain'] * 1000:.1f} ms")
    for name, value in seconds.items():
        if name != "plain":
            print(f"{name:>20}: {value / seconds['plain']:.2f}", flush=True)
