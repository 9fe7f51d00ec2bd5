"""Trains recipes on mixtures of Gaussians from several seeds and counts the modes that they find, as PacGAN does.

python benchmarks/modes.py [ring] [grid] [grid-100] [--seeds N] [--set KEY=VALUE]

A sample has high quality if it is within three standard deviations of the nearest mode, and a mode is found if one of
2,500 samples has high quality and is nearest to it. Reverse KL is that of the modes' shares to equal shares. A perfect
sampler has 98.89 % of high quality.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("PYTHONWARNINGS", "ignore")

import keras
import numpy as np

import ganreg

SAMPLES = 2_500
EARLY = 180.0
TASKS = {"ring": ("ring", None), "grid": ("grid", None), "grid-100": ("grid", "grid:side=10,scale=0.1741")}


def measure(samples: np.ndarray, metric: Any) -> tuple[float, float, float]:
    """Returns the number of modes found, the percentage of high quality, and reverse KL to equal shares."""
    values = metric.compute(samples, samples)  # the metric looks at the generated samples only
    return values["modes"], 100 * values["high_quality"], values["reverse_kl"]


class Early(keras.callbacks.Callback):
    """Measures once, when three minutes have passed."""

    def __init__(self, metric: Any) -> None:
        super().__init__()
        self._metric, self._began, self.result = metric, time.perf_counter(), ""

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        """Reads the clock."""
        if not self.result and time.perf_counter() - self._began > EARLY:
            self.result = _text(measure(self.model.generate(SAMPLES, seed=1), self._metric))


def _text(result: tuple[float, float, float]) -> str:
    return f"{result[0]:g} modes, {result[1]:.1f} %, KL {result[2]:.4f}"


def run(task: str, seed: int, settings: list[str]) -> tuple[float, float, float]:
    """Trains once and prints a line."""
    recipe, data = TASKS[task]
    known = ganreg.registry().recipe(recipe).with_settings(settings)
    gan = ganreg.assemble(known, data=data, seed=seed)
    metric = ganreg.create("metric", "mode-coverage").for_data(gan.assembly.source)
    early, began = Early(metric), time.perf_counter()
    gan.fit(steps=gan.recipe.steps, verbose=0, callbacks=[early])
    seconds = time.perf_counter() - began
    result = measure(gan.generate(SAMPLES, seed=1), metric)
    last = measure(gan.generate(SAMPLES, seed=1, average=False), metric)
    print(
        f"{task} seed {seed}: {_text(result)} after {int(gan.iterations):,} updates, {seconds:.0f} s"
        f" (after 3 minutes: {early.result or 'already finished'}; last iterate: {_text(last)})",
        flush=True,
    )
    return result


def main() -> None:
    """Prints a line per training, and medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", nargs="*", default=["ring", "grid"], choices=[*TASKS], metavar="TASK")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--set", dest="settings", action="append", default=[])
    options = parser.parse_args()
    for task in options.task:
        seeds = range(options.first_seed, options.first_seed + options.seeds)
        results = [run(task, seed, options.settings) for seed in seeds]
        medians = [statistics.median(values) for values in zip(*results, strict=True)]
        print(f"{task} median: {medians[0]:g} modes, {medians[1]:.1f} % of high quality, reverse KL {medians[2]:.4f}")


if __name__ == "__main__":
    main()
