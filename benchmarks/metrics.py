"""Measures what each metric costs on random features: seconds, and memory in addition to its input.

python benchmarks/metrics.py [NAME ...] [--samples 10000] [--features 64] [--labels 10]

Each metric is measured in a separate process, whose peak memory is compared with that before the metric was computed.
Metrics of one dimension receive one feature; those of probabilities receive as many classes as there are features.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from typing import Any

import attrs
import numpy as np

import ganreg
from ganreg import Dataset, Modes


@attrs.frozen(kw_only=True)
class _Grid(Dataset):
    """A dataset with a mode on each axis, at most 25."""

    features: int

    def modes(self) -> Modes:
        return Modes(means=np.eye(self.features)[:25], standard_deviation=1.0)


def features_of(metric: Any, samples: int, features: int) -> list[np.ndarray]:
    """Returns real and generated features in the form that the metric needs, float32."""
    width = 1 if metric.suits(ganreg.DataSpec((1,)), None) else features
    stream = np.random.default_rng(0)
    sides = [stream.standard_normal((samples, width), dtype=np.float32) + shift for shift in (0.0, 0.1)]
    if metric.looks_at == "probabilities":
        sides = [np.exp(side) / np.exp(side).sum(axis=1, keepdims=True) for side in sides]
    return sides


def peak() -> float:
    """Returns the peak memory of this process so far, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def measure(name: str, samples: int, features: int, classes: int) -> tuple[float, float, float, float]:
    """Returns seconds, CPU seconds, and the peak memory in GB, without and with what was used before."""
    metric = ganreg.create("metric", name)
    real, fake = features_of(metric, samples, features)
    metric = metric.for_data(_Grid(features=real.shape[1]))
    labels = np.arange(samples) % classes
    before, began, used = peak(), time.perf_counter(), time.process_time()
    metric.compute_with_labels(real, fake, labels, labels)
    return time.perf_counter() - began, time.process_time() - used, peak() - before, peak()


def main() -> None:
    """Prints a line per metric."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", default=ganreg.registry().names("metric"))
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--features", type=int, default=64)
    parser.add_argument("--labels", type=int, default=10)
    options = parser.parse_args()
    print(f"{options.samples:,} samples of {options.features} features per side")
    for name in options.names:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            seconds, used, added, whole = pool.apply(measure, (name, options.samples, options.features, options.labels))
        print(
            f"{name:20} {seconds:8.1f} s, {used:8.1f} s of CPU, {added:5.2f} GB more than its input, "
            f"{whole:5.2f} GB in all",
            flush=True,
        )


if __name__ == "__main__":
    main()
