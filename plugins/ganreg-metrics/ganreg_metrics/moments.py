"""The first four moments in one dimension."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import attrs
import numpy as np
from attrs import validators

from ganreg import DataError, Dataset, DataSpec, Metric, parameter
from ganreg_metrics.features import Array, checked_pair, one_dimension
from ganreg_metrics.resampling import errors_of

NAMES = ("mean", "standard_deviation", "skewness", "kurtosis")


@attrs.frozen(kw_only=True)
class Moments(Metric):
    """Mean, standard deviation, skewness and kurtosis of one feature, and one number for their differences.

    With μ, σ, γ and κ for those of the real samples, and primes for those of the generated samples::

        σ² = mean (x - μ)²    γ = mean (x - μ)³ / σ³    κ = mean (x - μ)⁴ / σ⁴ - 3

        moments = √( ( (μ' - μ)² / σ² + (σ' / σ - 1)² + (γ' - γ)² + (κ' - κ)² ) / 4 )

    All moments are divided by N; the kurtosis of a normal distribution is 0. If all generated samples are equal, γ' and
    κ' are not defined and count as 0.

    Values: `moments`; `mean`, `standard_deviation`, `skewness` and `kurtosis` of the generated samples; those of the
    real samples as `real_mean` and so on; and the errors of `moments` and of the generated samples' values as
    `mean_error` and so on.
    """

    looks_at: ClassVar[Literal["features", "samples", "probabilities"]] = "samples"
    lower_is_better: ClassVar[Mapping[str, bool]] = {"moments": True}

    bootstrap: int = parameter(200, "resamples for the errors", validators.ge(2))
    seed: int = parameter(0, "random seed of the resamples", validators.ge(0))

    def suits(self, data: DataSpec, dataset: Dataset | None) -> bool:
        """Whether samples are single numbers."""
        return data.size == 1

    def minimum_samples(self, features: int) -> int:
        """Returns one sample for each moment."""
        return 4

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Compares single features, `[N, 1]`; 0 means that all four are equal.

        Raises:
            DataError: if there are several features or fewer than 4 samples, or if all real samples are equal.
        """
        reals, fakes = (
            one_dimension(each, "moments")
            for each in checked_pair(
                real, fake, metric="moments", minimum=self.minimum_samples(1), why="one for each moment"
            )
        )
        if reals.min() == reals.max():
            raise DataError(f"moments: all real samples are {reals[0]:g}; their standard deviation must not be 0")
        of_real, of_fake = _moments(reals), _moments(fakes)
        errors = errors_of(_all_moments, [reals, fakes], self.bootstrap, self.seed)
        answer = {"moments": _off(of_real, of_fake)}
        answer |= dict(zip(NAMES, of_fake.tolist(), strict=True))
        answer |= {f"real_{name}": value for name, value in zip(NAMES, of_real.tolist(), strict=True)}
        names = ("moments", *NAMES)
        return answer | {f"{name}_error": error for name, error in zip(names, errors.tolist(), strict=True)}


def _moments(values: Array) -> Array:
    mean = values.mean()
    apart = values - mean
    deviation = np.sqrt((apart**2).mean())
    if values.min() == values.max():
        return np.array([values[0], 0.0, 0.0, 0.0])
    # Divided by the standard deviation first, so that powers of tiny or huge numbers stay within float64.
    apart /= deviation
    return np.array([mean, deviation, (apart**2 * apart).mean(), (apart**2 * apart**2).mean() - 3.0])


def _off(real: Array, fake: Array) -> float:
    parts = fake - real
    # All real samples of a resample may be equal, which gives a standard deviation of 0.
    parts[:2] /= real[1] or 1.0
    return float(np.sqrt((parts**2).mean()))


def _all_moments(reals: Array, fakes: Array) -> Array:
    of_fake = _moments(fakes)
    return np.array([_off(_moments(reals), of_fake), *of_fake])
