"""The kernel distance (kernel inception distance)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import attrs
import numpy as np
from attrs import validators

from ganreg import Dataset, DataSpec, Metric, parameter
from ganreg.lazy import lazy_module
from ganreg_metrics.features import Array, checked_pair

blas = lazy_module("scipy.linalg.blas")


@attrs.frozen(kw_only=True)
class Kernel(Metric):
    """Squared maximum mean discrepancy with a polynomial kernel (arXiv:1801.01401, section 4).

    With k(x, y) = (x·y / F + 1)³ for F features, the unbiased estimate from r real x and s generated y is::

        MMD² = Σ_{i≠j} k(x_i, x_j) / r(r-1) + Σ_{i≠j} k(y_i, y_j) / s(s-1) - 2 Σ_{i,j} k(x_i, y_j) / rs

    It is averaged over 100 pairs of subsets of r = s = 1000 real and generated samples, each drawn without replacement.
    If there are fewer real or generated samples than that, all of them are in every subset. The estimate is unbiased,
    so that it can be negative, and scores for different numbers of samples can be compared. With exponent 3, on
    Inception's features, it is the KID.

    The subsets overlap, so that the standard deviation of their values over √subsets underestimates the error. For a
    mean over B subsets of s out of N samples whose values have variance v, the variance is at most
    v · ( s / (N - s) + 1 / B ), with the larger of both ratios. If s is greater than N/2, v comes from as many subsets
    with N/2 samples instead.

    Values: `kernel`, `kernel_error`, and `kernel_deviation`, the standard deviation of the subsets' values, which
    papers report with the score.
    """

    lower_is_better: ClassVar[Mapping[str, bool]] = {"kernel": True}
    stands_in: ClassVar[bool] = True

    subsets: int = parameter(100, "number of subsets", validators.ge(2))
    subset_size: int = parameter(1000, "real samples and generated samples in a subset", validators.ge(2))
    degree: int = parameter(3, "exponent of the kernel", validators.ge(1))
    seed: int = parameter(0, "random seed of the subsets", validators.ge(0))

    @property
    def published_names(self) -> Mapping[str, Mapping[str, str]]:  # type: ignore[override]  # depends on the instance
        """The name KID, which applies to the paper's exponent only."""
        return {"inception": {"kernel": "KID"}} if self.degree == _PUBLISHED_DEGREE else {}

    def suits(self, data: DataSpec, dataset: Dataset | None) -> int:
        """Suits everything but the columns of tables, where there are too few samples for the Fréchet distance."""
        return 0 if data.blocks else 2

    def minimum_samples(self, features: int) -> int:
        """Returns two samples in each half."""
        return 4

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Compares features `[N, F]`; 0 on average where both come from one distribution.

        Raises:
            DataError: if the features are malformed, or there are fewer than 4 samples.
        """
        reals, fakes = checked_pair(
            real, fake, metric="kernel", minimum=self.minimum_samples(1), why="two in each half"
        )
        counts = (len(reals), len(fakes))
        sizes = [min(self.subset_size, count) for count in counts]
        halves = [min(size, count // 2) for size, count in zip(sizes, counts, strict=True)]
        values = self._of_subsets(reals, fakes, sizes)
        among = values if halves == sizes else self._of_subsets(reals, fakes, halves)
        overlap = max(half / (count - half) for half, count in zip(halves, counts, strict=True))
        variance = among.var(ddof=1) * (overlap + 1 / self.subsets)
        return {
            "kernel": float(values.mean()),
            "kernel_error": float(variance**0.5),
            "kernel_deviation": float(values.std()),
        }

    def _of_subsets(self, reals: Array, fakes: Array, sizes: Sequence[int]) -> Array:
        if list(sizes) == [len(reals), len(fakes)]:
            return np.full(self.subsets, self._discrepancy(reals, fakes))
        stream = np.random.default_rng(self.seed)
        values = np.empty(self.subsets)
        for index in range(self.subsets):
            x, y = (
                samples[stream.choice(len(samples), size, replace=False)]
                for samples, size in zip((reals, fakes), sizes, strict=True)
            )
            values[index] = self._discrepancy(x, y)
        return values

    def _discrepancy(self, x: Array, y: Array) -> float:
        """Returns the unbiased estimate from arrays `[r, F]` and `[s, F]`."""
        count, features = x.shape
        both = np.concatenate([x, y]).astype(np.float64)
        # One product for all pairs, of which only the upper triangle is computed; the rest is 0.
        products = blas.dsyrk(1.0 / features, both.T, trans=1)
        among = 0.0
        for block in (products[:count, :count], products[count:, count:]):
            among += 2 * np.triu(self._kernel(block), 1).sum() / (len(block) * (len(block) - 1))
        return float(among - 2 * self._kernel(products[:count, count:]).mean())

    def _kernel(self, products: Array) -> Array:
        base = products + 1.0
        values = base.copy()
        # About thirty times as fast as numpy's power.
        for _ in range(self.degree - 1):
            values *= base
        return values


_PUBLISHED_DEGREE = 3
"""The exponent of the kernel in the paper."""
