"""Improved precision and recall."""

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
class PrecisionRecall(Metric):
    """Share of generated samples in the real manifold, and of real in the generated (arXiv:1904.06991, equations 1, 2).

    The manifold of a set of samples is the union of balls around them, each of which reaches to the k-th nearest
    neighbour in the set and includes its surface::

        precision = share of the generated samples in the manifold of the real samples
        recall    = share of the real samples in the manifold of the generated samples

    The paper uses k = 3 and 50,000 real and generated samples. Both values increase with k and depend on the numbers of
    samples. The errors are those of a share for a fixed manifold.

    Values: `precision`, `recall`, `precision_error`, `recall_error`.
    """

    lower_is_better: ClassVar[Mapping[str, bool]] = {"precision": False, "recall": False}

    neighbours: int = parameter(3, "nearest neighbour that defines the radius (k in the paper)", validators.ge(1))
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
        reals, fakes = checked_pair(real, fake, metric="precision-recall", minimum=self.minimum_samples(1), why=why)
        origin = mean_of(reals)
        real_radii, fake_radii = (
            nearest_squared(each, each, origin, count=self.neighbours, same=True)[:, -1] for each in (reals, fakes)
        )
        fake_within, real_within = np.zeros(len(fakes), dtype=bool), np.zeros(len(reals), dtype=bool)
        for rows, columns, squared in distance_blocks(fakes, reals, origin, slack=-ROUNDING):
            fake_within[rows] |= (squared <= real_radii[columns]).any(axis=1)
            real_within[columns] |= (squared <= fake_radii[rows, None]).any(axis=0)
        return {
            "precision": float(fake_within.mean()),
            "recall": float(real_within.mean()),
            "precision_error": error_of_mean(fake_within, self.bootstrap, self.seed),
            "recall_error": error_of_mean(real_within, self.bootstrap, self.seed),
        }
