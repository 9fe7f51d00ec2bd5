"""Trains recipes on scikit-learn's digits, and prints the Fréchet distance of their samples.

python benchmarks/frechet.py [RECIPE]... [--seeds N] [--steps N]

The features are those of a classifier of the digits, so this is no FID; the distance between two real sets of the
same size stands beside each.
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
    """One training; prints a line."""
    gan = ganreg.assemble(recipe, data="digits", seed=seed)
    began = time.perf_counter()
    gan.fit(steps=steps or gan.recipe.steps, verbose=0)
    seconds = time.perf_counter() - began
    (score, *_) = ganreg.evaluate(gan, ["frechet"], features="classifier")
    floor = "" if score.floor is None else f", between real ones {score.floor:.3f}"
    error = "" if score.error is None else f" ± {score.error:.3f}"
    print(
        f"{recipe} seed {seed}: {score.value:.3f}{error}{floor} on {score.samples:,} samples, {score.extractor}; "
        f"{int(gan.iterations):,} iterations, {seconds:.0f} s",
        flush=True,
    )
    return score.value


def main() -> None:
    """Prints a line a training, and medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", nargs="*", default=RECIPES)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, help="iterations; the recipe's unless given")
    options = parser.parse_args()
    for recipe in options.recipe:
        values = [run(recipe, seed, options.steps) for seed in range(options.seeds)]
        print(f"{recipe} median: {statistics.median(values):.3f}", flush=True)


if __name__ == "__main__":
    main()
