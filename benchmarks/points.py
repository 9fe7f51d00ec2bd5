"""Trains the point recipes from three seeds and prints how close their samples are to the truth.

python benchmarks/points.py [gaussian-1d] [feature-matching] [quadratic]
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

import ganreg

SEEDS = (0, 1, 2)
PROJECTIONS = 256


def sliced_wasserstein(left: np.ndarray, right: np.ndarray) -> float:
    """Returns the mean over random directions of the 1-D Wasserstein distance between two sets of the same size."""
    directions = np.random.default_rng(0).normal(size=(PROJECTIONS, left.shape[1]))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return float(np.mean(np.abs(np.sort(left @ directions.T, axis=0) - np.sort(right @ directions.T, axis=0))))


def curve(count: int, seed: int) -> np.ndarray:
    """Draws points on y = x² + 5, with x uniform in ±5."""
    x = np.random.default_rng(seed).uniform(-5, 5, count)
    return np.stack([x, x * x + 5], axis=1)


def gaussian(recipe: str) -> None:
    """Prints the mean and standard deviation of 10,000 samples; the truth is 4 and 0.5."""
    for seed in SEEDS:
        began = time.perf_counter()
        gan = ganreg.assemble(recipe, seed=seed)
        gan.fit(verbose=0)
        samples = gan.generate(10_000, seed=1)
        seconds = time.perf_counter() - began
        print(f"{recipe} seed {seed}: mean {samples.mean():.3f}, deviation {samples.std():.3f} ({seconds:.0f} s)")


def quadratic() -> None:
    """Prints the sliced Wasserstein distance of 2,000 samples to new points, and that of two sets of new points."""
    real = curve(2000, seed=1000)
    baseline = sliced_wasserstein(curve(2000, seed=1001), real)
    distances = []
    for seed in SEEDS:
        gan = ganreg.assemble("quadratic", seed=seed)
        gan.fit(verbose=0)
        distances.append(sliced_wasserstein(gan.generate(2000, seed=1), real))
        print(f"quadratic seed {seed}: {distances[-1]:.3f}; baseline {baseline:.3f}", flush=True)
    median = statistics.median(distances)
    print(f"quadratic median: {median:.3f}, {median / baseline:.2f} times the baseline")


def main() -> None:
    """Prints a line per recipe and seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", nargs="*", default=["gaussian-1d", "feature-matching", "quadratic"])
    for recipe in parser.parse_args().recipe:
        if recipe == "quadratic":
            quadratic()
        else:
            gaussian(recipe)


if __name__ == "__main__":
    main()
