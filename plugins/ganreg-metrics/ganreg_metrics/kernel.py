"""The kernel distance (kernel inception distance)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import attrs
import numpy as np
from attrs import validators

from ganreg import Metric, parameter
from ganreg_metrics.features import Array, checked_pair


@attrs.frozen(kw_only=True)
class Kernel(Metric):
    """The squared maximum mean discrepancy under a polynomial kernel (arXiv:1801.01401, section 4).

    With k(x, y) = (x·y / F + 1)³ for F features, the unbiased estimate from s real x and s generated y is::

        MMD² = Σ_{i≠j} k(x_i, x_j) / s(s-1) + Σ_{i≠j} k(y_i, y_j) / s(s-1) - 2 Σ_{i,j} k(x_i, y_j) / s²

    It is averaged over subsets of s = 1000 samples, 100 of them, each drawn without replacement from either side;
    of fewer than s samples on a side, as many as the smaller side has. Unbiased, it may come out below 0, and
    scores of different sample counts can be compared. With the exponent 3, on Inception's features, it is the KID.

    The subsets overlap, so that the spread of their values over √subsets is too small an error. For a mean of B
    subsets of s out of N samples with variance v among their values, the variance is at most
    v · ( s / (N - s) + 1 / B ). Where s is more than N/2, the values of as many subsets of N/2 serve in its place.

    Values: `kernel`, `kernel_error`, and `kernel_deviation`, the deviation among the subsets' values, which papers
    print beside the score.
    """

    lower_is_better: ClassVar[Mapping[str, bool]] = {"kernel": True}

    subsets: int = parameter(100, "subsets whose values are averaged", validators.ge(2))
    subset_size: int = parameter(1000, "samples in a subset, of either side", validators.ge(2))
    degree: int = parameter(3, "the kernel's exponent", validators.ge(1))
    seed: int = parameter(0, "which subsets are drawn", validators.ge(0))

    @property
    def published_names(self) -> Mapping[str, Mapping[str, str]]:  # type: ignore[override]  # one metric's, not all
        """The KID is that of the paper's kernel, and of no other exponent's."""
        return {"inception": {"kernel": "KID"}} if self.degree == _PUBLISHED_DEGREE else {}

    def minimum_samples(self, features: int) -> int:
        """Two in each half."""
        return 4

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Compares features `[N, F]`; 0 on average where both come from one distribution.

        Raises:
            DataError: the features are malformed, or fewer than 4 samples.
        """
        reals, fakes = checked_pair(
            real, fake, metric="kernel", minimum=self.minimum_samples(1), why="two in each half"
        )
        smaller = min(len(reals), len(fakes))
        size, half = min(self.subset_size, smaller), smaller // 2
        values = self._of_subsets(reals, fakes, size)
        among, part = values, size
        if size > half:
            among, part = self._of_subsets(reals, fakes, half), half
        variance = among.var(ddof=1) * (part / (smaller - part) + 1 / self.subsets)
        return {
            "kernel": float(values.mean()),
            "kernel_error": float(variance**0.5),
            "kernel_deviation": float(values.std()),
        }

    def _of_subsets(self, reals: Array, fakes: Array, size: int) -> Array:
        if size == len(reals) == len(fakes):
            return np.full(self.subsets, self._discrepancy(reals, fakes))
        stream = np.random.default_rng(self.seed)
        values = np.empty(self.subsets)
        for index in range(self.subsets):
            x = reals[stream.choice(len(reals), size, replace=False)]
            y = fakes[stream.choice(len(fakes), size, replace=False)]
            values[index] = self._discrepancy(x, y)
        return values

    def _discrepancy(self, x: Array, y: Array) -> float:
        """The unbiased estimate from two arrays `[s, F]`."""
        from scipy.linalg import blas

        size, features = x.shape
        both = np.concatenate([x, y]).astype(np.float64)
        # One product for all pairs, of which the symmetric half is computed: the upper one, zeros below.
        products = blas.dsyrk(1.0 / features, both.T, trans=1)
        among_x = np.triu(self._kernel(products[:size, :size]), 1).sum()
        among_y = np.triu(self._kernel(products[size:, size:]), 1).sum()
        across = self._kernel(products[:size, size:]).mean()
        return float(2 * (among_x + among_y) / (size * (size - 1)) - 2 * across)

    def _kernel(self, products: Array) -> Array:
        base = products + 1.0
        values = base.copy()
        # Some thirty times as fast as numpy's power.
        for _ in range(self.degree - 1):
            values *= base
        return values


_PUBLISHED_DEGREE = 3
"""The kernel's exponent in the paper."""
