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
    """Density of generated samples around real ones, and coverage of the real ones (arXiv:2002.09797, section 3).

    Each real sample is the centre of a ball that reaches to its k-th nearest real neighbour. For M generated samples::

        density  = number of pairs with the generated sample in the ball of the real one / (k M)
        coverage = share of the real samples with a generated sample in their ball

    Both are about 1 for a perfect generator. Density exceeds 1 if generated samples concentrate where real samples are
    dense. Unlike precision, it does not reward all samples near a single real outlier. The paper uses k = 5. As in the
    authors' code, the surface does not belong to the ball, so that a set compared with itself has a density of 1; if
    k + 1 real samples are equal, their balls are empty. The errors are computed for fixed balls.

    Values: `density`, `coverage`, `density_error`, `coverage_error`.
    """

    lower_is_better: ClassVar[Mapping[str, bool]] = {"density": False, "coverage": False}

    neighbours: int = parameter(5, "nearest neighbour that defines the radius (k in the paper)", validators.ge(1))
    bootstrap: int = parameter(200, "resamples for the errors", validators.ge(2))
    seed: int = parameter(0, "random seed of the resamples", validators.ge(0))

    def suits(self, data: DataSpec, dataset: Dataset | None) -> bool:
        """Whether samples are signals, images or volumes."""
        return len(data.shape) > 1

    def minimum_samples(self, features: int) -> int:
        """Returns one more than the number of neighbours."""
        return self.neighbours + 1

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Compares features `[N, F]`.

        Raises:
            DataError: if the features are malformed, or there are not more samples than `neighbours`.
        """
        why = f"each needs {self.neighbours} neighbours"
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
