"""Measures sampling: `GAN.generate` compared with `model.predict` in a loop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import contestants
import numpy as np
from timing import interleaved
from workloads import WORKLOADS

COUNT = 10_000
BATCH = 64


def report(*, only: Sequence[str] | None, rounds: int) -> None:
    """Seconds for 10,000 samples, and ratios of the other ways to them."""
    print(f"{'workload':24} {'generate s':>11} {'samples/s':>10} {'predict in a loop':>18} {'one predict':>12}")
    for workload in WORKLOADS:
        if workload.gradient_penalty or (only and workload.name not in only):
            continue
        gan = contestants.assemble(workload)
        runs: dict[str, Any] = {
            "generate": lambda count, gan=gan: gan.generate(count, seed=0),
            "loop": lambda count, gan=gan: _loop(gan, count),
            "predict": lambda count, gan=gan: gan.generator.predict(_latents(gan, count), batch_size=256, verbose=0),
        }
        for run in runs.values():
            run(COUNT // 5)
        seconds = {name: value * COUNT for name, value in interleaved(runs, COUNT, max(3, rounds // 2)).items()}
        ours = seconds["generate"]
        print(
            f"{workload.name:24} {ours:11.3f} {COUNT / ours:10.0f} {seconds['loop'] / ours:18.2f} "
            f"{seconds['predict'] / ours:12.2f}",
            flush=True,
        )


def _latents(gan: Any, count: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(count, gan.assembly.generator.latent_dim)).astype(np.float32)


def _loop(gan: Any, count: int) -> np.ndarray:
    latents = _latents(gan, count)
    pieces = [gan.generator.predict(latents[start : start + BATCH], verbose=0) for start in range(0, count, BATCH)]
    return np.concatenate(pieces)
