"""Trains recipes on mixtures of Gaussians from several seeds, and prints which modes they find, as PacGAN counts them.

python benchmarks/modes.py [ring] [grid] [grid-100] [--seeds N] [--set KEY=VALUE]

A sample counts as of high quality within three deviations of the nearest mode; a mode is found with one such sample
among 2,500; reverse KL is that of their shares to equal ones. A perfect sampler has 98.89 % of high quality.
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


def judge(samples: np.ndarray, metric: Any) -> tuple[float, float, float]:
    """Modes found, percent of high quality, and reverse KL to equal shares."""
    values = metric.compute(samples, samples)  # which looks at the generated ones alone
    return values["modes"], 100 * values["high_quality"], values["reverse_kl"]


class Early(keras.callbacks.Callback):
    """Judges once, when some minutes have passed."""

    def __init__(self, metric: Any) -> None:
        super().__init__()
        self._metric, self._began, self.verdict = metric, time.perf_counter(), ""

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        """Looks at the clock."""
        if not self.verdict and time.perf_counter() - self._began > EARLY:
            self.verdict = _told(judge(self.model.generate(SAMPLES, seed=1), self._metric))


def _told(verdict: tuple[float, float, float]) -> str:
    return f"{verdict[0]:g} modes, {verdict[1]:.1f} %, KL {verdict[2]:.4f}"


def run(task: str, seed: int, settings: list[str]) -> tuple[float, float, float]:
    """One training; prints a line."""
    recipe, data = TASKS[task]
    known = ganreg.registry().recipe(recipe).with_settings(settings)
    gan = ganreg.assemble(known, data=data, seed=seed)
    metric = ganreg.create("metric", "mode-coverage").for_data(gan.assembly.source)
    early, began = Early(metric), time.perf_counter()
    gan.fit(steps=gan.recipe.steps, verbose=0, callbacks=[early])
    seconds = time.perf_counter() - began
    verdict = judge(gan.generate(SAMPLES, seed=1), metric)
    last = judge(gan.generate(SAMPLES, seed=1, average=False), metric)
    print(
        f"{task} seed {seed}: {_told(verdict)} after {int(gan.iterations):,} updates, {seconds:.0f} s"
        f" (after 3 minutes: {early.verdict or 'done before'}; last iterate: {_told(last)})",
        flush=True,
    )
    return verdict


def main() -> None:
    """Prints a line a training, and medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", nargs="*", default=["ring", "grid"], choices=[*TASKS], metavar="TASK")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--set", dest="settings", action="append", default=[])
    options = parser.parse_args()
    for task in options.task:
        seeds = range(options.first_seed, options.first_seed + options.seeds)
        verdicts = [run(task, seed, options.settings) for seed in seeds]
        medians = [statistics.median(values) for values in zip(*verdicts, strict=True)]
        print(f"{task} median: {medians[0]:g} modes, {medians[1]:.1f} % of high quality, reverse KL {medians[2]:.4f}")


if __name__ == "__main__":
    main()
