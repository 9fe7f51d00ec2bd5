"""The Kolmogorov-Smirnov statistic."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import ClassVar, Literal

import attrs
import numpy as np
from attrs import validators

from ganreg import Dataset, DataSpec, Metric, parameter
from ganreg.lazy import lazy_module
from ganreg_metrics.features import Array, checked_pair, one_dimension
from ganreg_metrics.resampling import errors_of

stats = lazy_module("scipy.stats")


@attrs.frozen(kw_only=True)
class KolmogorovSmirnov(Metric):
    """Greatest difference between the distribution functions of real and generated samples in one dimension.

    With F_N and G_M for the empirical distribution functions of N real and M generated samples::

        D = max_x | F_N(x) - G_M(x) |,    from 0 to 1

    The p-value is the probability of at least this D if both came from the same continuous distribution.

    Values: `kolmogorov_smirnov`, `p_value`, `kolmogorov_smirnov_error`.
    """

    looks_at: ClassVar[Literal["features", "samples", "probabilities"]] = "samples"
    lower_is_better: ClassVar[Mapping[str, bool]] = {"kolmogorov_smirnov": True}

    bootstrap: int = parameter(200, "resamples for the error", validators.ge(2))
    seed: int = parameter(0, "random seed of the resamples", validators.ge(0))

    def suits(self, data: DataSpec, dataset: Dataset | None) -> bool:
        """Whether samples are single numbers."""
        return data.size == 1

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Compares single features, `[N, 1]`; 0 means that the empirical distributions are equal.

        Raises:
            DataError: if there are several features or fewer than 2 samples.
        """
        reals, fakes = (
            one_dimension(each, "kolmogorov-smirnov")
            for each in checked_pair(real, fake, metric="kolmogorov-smirnov", minimum=2)
        )
        with warnings.catch_warnings():
            # scipy warns if it returns the asymptotic p-value because it cannot compute the exact one.
            warnings.simplefilter("ignore", RuntimeWarning)
            answer = stats.ks_2samp(reals, fakes)
        return {
            "kolmogorov_smirnov": float(answer.statistic),
            "p_value": float(answer.pvalue),
            "kolmogorov_smirnov_error": float(errors_of(_gap, [reals, fakes], self.bootstrap, self.seed)),
        }


def _gap(reals: Array, fakes: Array) -> float:
    """Returns D alone, for the resamples."""
    both = np.concatenate([reals, fakes])
    shares = [np.searchsorted(np.sort(each), both, side="right") / len(each) for each in (reals, fakes)]
    return float(np.abs(shares[0] - shares[1]).max())
