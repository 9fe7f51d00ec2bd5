"""Measures training: ganreg, the tutorials' loop on plain Keras layers, JAX, PyTorch, and the floor."""

from __future__ import annotations

from collections.abc import Sequence

import contestants
from floor import matmul_rate, operations_of_step
from peers.asking import Contestant, Result, compare, processor
from workloads import WORKLOADS, Workload

CONTESTANTS: dict[str, tuple[str, ...]] = {
    "ganreg": ("ganreg_training", "auto"),
    "graph": ("ganreg_training", "graph"),
    "XLA": ("ganreg_training", "xla"),
    "tutorial": ("tutorial",),
    "JAX": ("jax_scan",),
    "PyTorch": ("pytorch", "eager"),
    "torch.compile": ("pytorch", "compile"),
}
"""Modules of `peers` with their options, by the names in tables; the first is what others are compared with."""


def report(*, only: Sequence[str] | None, rounds: int) -> None:
    """Median ms of an update, and of the others the median ratio to ganreg's with its range over the rounds."""
    print(processor())
    for workload in WORKLOADS:
        if not only or workload.name in only:
            _compare(workload, rounds)


def _compare(workload: Workload, rounds: int) -> None:
    started: dict[str, Contestant] = {}
    try:
        for name, (module, *options) in CONTESTANTS.items():
            try:
                started[name] = Contestant(module, workload.name, *options)
            except RuntimeError as error:
                print(f"({workload.name}: no {name}: {error})")
        before = matmul_rate()
        results = compare(started, workload.updates, workload.first, rounds)
    finally:
        for one in started.values():
            one.close()
    rate = max(before, matmul_rate())
    gan = contestants.assemble(workload)
    floor = operations_of_step(gan, workload.batch_size, gradient_penalty=workload.gradient_penalty) / rate
    print(f"\n{workload.name}, batch {workload.batch_size}; parameters {started['ganreg'].parameters}")
    for name, result in results.items():
        print(f"  {name:14} {_text(result, results['ganreg'])}", flush=True)
    print(f"  {'floor':14} {1000 * floor:9.3f} ms")


def _text(result: Result, ours: Result) -> str:
    ratio, least, greatest = result.ratios(ours)
    discriminator, generator = result.losses
    return (
        f"{1000 * result.median:9.3f} ms   {ratio:5.2f} ({least:.2f} to {greatest:.2f})   "
        f"losses after the first updates {discriminator:.3f}, {generator:.3f}"
    )
