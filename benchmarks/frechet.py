"""Trains recipes on scikit-learn's digits and prints the Fréchet distance of their samples.

python benchmarks/frechet.py [RECIPE]... [--seeds N] [--steps N]

The features are those of a classifier of the digits, so this distance is not FID. The baseline is the distance between
two sets of real samples of the same size.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("PYTHONWARNINGS", "ignore")

import ganreg

RECIPES = ("digits", "dcgan", "lsgan", "hinge", "ragan", "wgan-gp")


def run(recipe: str, seed: int, steps: int | None) -> float:
    """Trains once and prints a line."""
    gan = ganreg.assemble(recipe, data="digits", seed=seed)
    began = time.perf_counter()
    gan.fit(steps=steps or gan.recipe.steps, verbose=0)
    seconds = time.perf_counter() - began
    (score, *_) = ganreg.evaluate(gan, ["frechet"], features="classifier")
    baseline = "" if score.baseline is None else f", baseline {score.baseline:.3f}"
    error = "" if score.error is None else f" ± {score.error:.3f}"
    print(
        f"{recipe} seed {seed}: {score.value:.3f}{error}{baseline} on {score.samples:,} samples, {score.extractor}; "
        f"{int(gan.iterations):,} iterations, {seconds:.0f} s",
        flush=True,
    )
    return score.value


def main() -> None:
    """Prints a line per training, and medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", nargs="*", default=RECIPES)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, help="number of iterations; defaults to the recipe's")
    options = parser.parse_args()
    for recipe in options.recipe:
        values = [run(recipe, seed, options.steps) for seed in range(options.seeds)]
        print(f"{recipe} median: {statistics.median(values):.3f}", flush=True)


if __name__ == "__main__":
    main()
