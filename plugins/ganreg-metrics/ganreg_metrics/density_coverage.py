"""Density and coverage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import attrs
import numpy as np
from attrs import validators

from ganreg import Dataset, DataSpec, Metric, parameter
from ganreg_metrics.distances import ROUNDING, distance_blocks, nearest_squared
from ganreg_metrics.features import Array, checked_pair, mean_of
from ganreg_metrics.resampling import error_of_mean


@attrs.frozen(kw_only=True)
class DensityCoverage(Metric):
    """How thickly fakes lie around reals, and how many reals have a fake near (arXiv:2002.09797, section 3).

    Around each real lies a ball as wide as the distance to its k-th nearest other real. With M fakes::

        density  = number of (real, fake) with the fake in the real's ball / (k M)
        coverage = share of reals with a fake in their ball

    Both are about 1 for a perfect generator; density may be greater, where fakes gather where reals are dense.
    Unlike precision, one outlier among the reals does not make all fakes near it right. The paper takes k = 5. As in
    its authors' code a ball's surface is not part of it, so that a set compared with itself has a density of 1;
    where k + 1 reals are the same, their balls are empty. The errors hold the balls as they are.

    Values: `density`, `coverage`, `density_error`, `coverage_error`.
    """

    lower_is_better: ClassVar[Mapping[str, bool]] = {"density": False, "coverage": False}

    neighbours: int = parameter(5, "the neighbour that a ball reaches to (the paper's k)", validators.ge(1))
    bootstrap: int = parameter(200, "resamples for the errors", validators.ge(2))
    seed: int = parameter(0, "which resamples are drawn", validators.ge(0))

    def suits(self, data: DataSpec, dataset: Dataset | None) -> bool:
        """Whether samples are images."""
        return data.is_image

    def minimum_samples(self, features: int) -> int:
        """One more than the neighbours that each has to have."""
        return self.neighbours + 1

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Compares features `[N, F]`.

        Raises:
            DataError: the features are malformed, or no more samples than `neighbours`.
        """
        why = f"each has to have {self.neighbours} others"
        reals, fakes = checked_pair(real, fake, metric="density-coverage", minimum=self.minimum_samples(1), why=why)
        origin = mean_of(reals)
        radii = nearest_squared(reals, reals, origin, count=self.neighbours, same=True)[:, -1]
        balls_around, covered = np.zeros(len(fakes)), np.zeros(len(reals), dtype=bool)
        for rows, columns, squared in distance_blocks(fakes, reals, origin, slack=ROUNDING):
            within = squared < radii[columns]
            balls_around[rows] += within.sum(axis=1)
            covered[columns] |= within.any(axis=0)
        densities = balls_around / self.neighbours
        return {
            "density": float(densities.mean()),
            "coverage": float(covered.mean()),
            "density_error": error_of_mean(densities, self.bootstrap, self.seed),
            "coverage_error": error_of_mean(covered, self.bootstrap, self.seed),
        }
