"""The Fréchet distance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import attrs
import numpy as np
from attrs import validators

from ganreg import Dataset, DataSpec, Metric, parameter
from ganreg.lazy import lazy_module
from ganreg_metrics.features import Array, checked_pair, mean_of

linalg = lazy_module("scipy.linalg")


@attrs.frozen(kw_only=True)
class Frechet(Metric):
    """Fréchet distance between normal distributions fitted to both feature sets (arXiv:1706.08500, equation 6).

    With the means m, m' and the covariances C, C' (divided by N - 1, as in published scores)::

        d² = |m - m'|² + tr( C + C' - 2 (C C')^½ )

    The value is d², which the paper and the literature call the distance. On Inception's features it is the FID. The
    trace of (C C')^½ is the sum of the singular values of L'ᵀ L for any C = L Lᵀ, which remains accurate for singular
    covariances, where a matrix square root does not.

    The estimate is biased upwards by about F/N times the variance of the features, so that scores for different numbers
    of samples cannot be compared. With N <= F the covariance is always singular, and the score depends more on N than
    on the samples; it is computed only with `few_samples`. The error comes from a delete-a-group jackknife, which
    leaves out each part of the real and of the generated samples in turn.

    Values: `frechet`, `frechet_error`.
    """

    lower_is_better: ClassVar[Mapping[str, bool]] = {"frechet": True}
    published_names: ClassVar[Mapping[str, Mapping[str, str]]] = {"inception": {"frechet": "FID"}}
    with_few_samples: ClassVar[str] = (
        "frechet:few_samples=true, which computes it anyway, or 'kernel', which has no such bias"
    )

    subsets: int = parameter(10, "parts that the jackknife leaves out in turn", validators.ge(2))
    few_samples: bool = parameter(
        False, "whether to compute it even with as few samples as features or fewer", validators.instance_of(bool)
    )
    seed: int = parameter(0, "random seed of the split into parts", validators.ge(0))

    def suits(self, data: DataSpec, dataset: Dataset | None) -> int:
        """Suits everything but the columns of tables best."""
        return 0 if data.blocks else 3

    def minimum_samples(self, features: int) -> int:
        """Returns one more than the number of features, or what the jackknife needs with `few_samples`."""
        least = 4 if self.subsets == 2 else 3
        return least if self.few_samples else max(least, features + 1)

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Compares features `[N, F]`; 0 means that means and covariances agree.

        Raises:
            DataError: if the features are malformed, or if there are not more samples than features.
        """
        least = self.minimum_samples(1)
        why = "two besides each part that the jackknife leaves out"
        reals, fakes = checked_pair(real, fake, metric="frechet", minimum=least, why=why)
        if not self.few_samples:
            features = reals.shape[1]
            why = f"more than the {features} features, or their covariance is singular; few_samples=true computes it"
            why += " anyway, and 'kernel' has no such bias"
            checked_pair(real, fake, metric="frechet", minimum=self.minimum_samples(features), why=why)
        origin, stream = mean_of(reals), np.random.default_rng(self.seed)
        # One random stream for each, so that the parts of one do not depend on the size of the other.
        sides = [
            _parts(each, origin, self.subsets, own) for each, own in zip((reals, fakes), stream.spawn(2), strict=True)
        ]
        wholes = [_total(parts) for parts in sides]
        roots = [_root(whole.covariance) for whole in wholes]
        variance = 0.0
        for parts, whole, other, root in zip(sides, wholes, wholes[::-1], roots[::-1], strict=True):
            without = [_distance_quickly(whole.without(part), other, root) for part in parts]
            variance += (len(parts) - 1) * float(np.var(without))
        return {"frechet": _distance(wholes[0], wholes[1], roots[0], roots[1]), "frechet_error": variance**0.5}


class _Sums(NamedTuple):
    """Sums over samples relative to a common origin: their number, first moments `[F]` and second moments `[F, F]`."""

    samples: int
    first: Array
    second: Array

    def without(self, part: _Sums) -> _Sums:
        return _Sums(self.samples - part.samples, self.first - part.first, self.second - part.second)

    @property
    def mean(self) -> Array:
        mean: Array = self.first / self.samples
        return mean

    @property
    def covariance(self) -> Array:
        covariance: Array = (self.second - np.outer(self.first, self.mean)) / (self.samples - 1)
        return covariance


def _parts(features: Array, origin: Array, count: int, stream: np.random.Generator) -> list[_Sums]:
    parts = []
    for places in np.array_split(stream.permutation(len(features)), min(count, len(features))):
        x = features[places] - origin
        parts.append(_Sums(len(x), x.sum(axis=0), x.T @ x))
    return parts


def _total(parts: list[_Sums]) -> _Sums:
    return _Sums(*(sum(values[1:], values[0]) for values in zip(*parts, strict=True)))


def _root(covariance: Array) -> Array:
    """Returns L with L Lᵀ = C, `[F, rank]`; directions whose variance is only rounding error are left out."""
    variances, directions = linalg.eigh(covariance)
    kept = variances > len(variances) * np.finfo(np.float64).eps * max(variances[-1], 0.0)
    root: Array = directions[:, kept] * np.sqrt(variances[kept])
    return root


def _distance(one: _Sums, other: _Sums, root: Array, other_root: Array) -> float:
    shared = linalg.svdvals(root.T @ other_root).sum() if root.size and other_root.size else 0.0
    return _with_shared(one, other, float(shared))


def _distance_quickly(one: _Sums, other: _Sums, other_root: Array) -> float:
    """Computes the distance from the eigenvalues of L'ᵀ C L', with half the digits in a quarter of the time."""
    if not other_root.size:
        return _with_shared(one, other, 0.0)
    eigenvalues = linalg.eigvalsh(other_root.T @ one.covariance @ other_root)
    return _with_shared(one, other, float(np.sqrt(np.maximum(eigenvalues, 0.0)).sum()))


def _with_shared(one: _Sums, other: _Sums, shared: float) -> float:
    apart = one.mean - other.mean
    distance = apart @ apart + np.trace(one.covariance) + np.trace(other.covariance) - 2 * shared
    return max(0.0, float(distance))
