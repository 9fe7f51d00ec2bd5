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
    """How many fakes lie amid the reals, and how many reals amid the fakes (arXiv:1904.06991, equations 1 and 2).

    A set's manifold is the union of balls around its members, each as wide as the distance to the k-th nearest other
    member, its surface included::

        precision = share of fakes within the reals' manifold
        recall    = share of reals within the fakes' manifold

    The paper takes k = 3 and 50,000 samples on either side; both values grow with k, and depend on the counts. The
    errors are those of a share, with the other side's manifold as it is.

    Values: `precision`, `recall`, `precision_error`, `recall_error`.
    """

    lower_is_better: ClassVar[Mapping[str, bool]] = {"precision": False, "recall": False}

    neighbours: int = parameter(3, "the neighbour that a ball reaches to (the paper's k)", validators.ge(1))
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
