"""The Fréchet distance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import attrs
import numpy as np
from attrs import validators

from ganreg import Dataset, DataSpec, Metric, parameter
from ganreg_metrics.features import Array, checked_pair, mean_of


@attrs.frozen(kw_only=True)
class Frechet(Metric):
    """The distance of two normal distributions, fitted to real and generated features (arXiv:1706.08500, equation 6).

    With the means m, m' and the covariances C, C' (divided by N - 1, as published scores do)::

        d² = |m - m'|² + tr( C + C' - 2 (C C')^½ )

    What is reported is d², which the paper and everybody since calls the distance; on Inception's features it is the
    FID. The trace of (C C')^½ is the sum of the singular values of L'ᵀ L for any C = L Lᵀ, which stays exact where a
    covariance is singular and a matrix square root does not.

    The estimate is biased upwards, by about F/N times the features' variance, so scores of different sample counts
    cannot be compared. With N <= F the covariance is singular whatever the data is, and the score says more about N
    than about the samples: it is refused unless `few_samples` is set. The error is the delete-a-group jackknife's:
    each side is left a part short in turn.

    Values: `frechet`, `frechet_error`.
    """

    lower_is_better: ClassVar[Mapping[str, bool]] = {"frechet": True}
    published_names: ClassVar[Mapping[str, Mapping[str, str]]] = {"inception": {"frechet": "FID"}}
    with_few_samples: ClassVar[str] = (
        "frechet:few_samples=true, which computes it all the same, or 'kernel', which has no such bias"
    )

    subsets: int = parameter(10, "parts left out in turn for the error", validators.ge(2))
    few_samples: bool = parameter(
        False, "computes it although there are no more samples than features", validators.instance_of(bool)
    )
    seed: int = parameter(0, "how samples are parted", validators.ge(0))

    def suits(self, data: DataSpec, dataset: Dataset | None) -> bool:
        """Whether samples are images."""
        return data.is_image

    def minimum_samples(self, features: int) -> int:
        """More than there are features, unless `few_samples`; and two beside each part that is left out."""
        least = 4 if self.subsets == 2 else 3
        return least if self.few_samples else max(least, features + 1)

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Compares features `[N, F]`; 0 means that means and covariances agree.

        Raises:
            DataError: the features are malformed, or no more samples than features.
        """
        least = self.minimum_samples(1)
        reals, fakes = checked_pair(real, fake, metric="frechet", minimum=least, why="two beside each part left out")
        if not self.few_samples:
            features = reals.shape[1]
            why = f"more than the {features} features, or their covariance is singular; 'few_samples=true' computes it"
            why += " all the same, and 'kernel' has no such bias"
            checked_pair(real, fake, metric="frechet", minimum=self.minimum_samples(features), why=why)
        origin, stream = mean_of(reals), np.random.default_rng(self.seed)
        # From generators of one seed each, so that the parts of one side do not depend on the other's size.
        sides = [
            _parts(each, origin, self.subsets, own) for each, own in zip((reals, fakes), stream.spawn(2), strict=True)
        ]
        wholes = [_total(parts) for parts in sides]
        roots = [_root(whole.covariance) for whole in wholes]
        variance = 0.0
        for parts, whole, other, root in zip(sides, wholes, wholes[::-1], roots[::-1], strict=True):
            without = [_distance_quickly(whole.without(part), other, root) for part in parts]
            variance += (len(parts) - 1) * float(np.var(without))
        return {"frechet": _distance(*wholes, *roots), "frechet_error": variance**0.5}


class _Sums(NamedTuple):
    """Sums over samples about a common origin: their count, the first moments `[F]` and the second `[F, F]`."""

    count: int
    first: Array
    second: Array

    def without(self, part: _Sums) -> _Sums:
        return _Sums(self.count - part.count, self.first - part.first, self.second - part.second)

    @property
    def mean(self) -> Array:
        return self.first / self.count

    @property
    def covariance(self) -> Array:
        return (self.second - np.outer(self.first, self.mean)) / (self.count - 1)


def _parts(features: Array, origin: Array, count: int, stream: np.random.Generator) -> list[_Sums]:
    parts = []
    for places in np.array_split(stream.permutation(len(features)), min(count, len(features))):
        x = features[places] - origin
        parts.append(_Sums(len(x), x.sum(axis=0), x.T @ x))
    return parts


def _total(parts: list[_Sums]) -> _Sums:
    return _Sums(*(sum(values[1:], values[0]) for values in zip(*parts, strict=True)))


def _root(covariance: Array) -> Array:
    """Some L with L Lᵀ = C, `[F, rank]`; directions without variance but for rounding are left out."""
    from scipy import linalg

    variances, directions = linalg.eigh(covariance)
    kept = variances > len(variances) * np.finfo(np.float64).eps * max(variances[-1], 0.0)
    return directions[:, kept] * np.sqrt(variances[kept])


def _distance(one: _Sums, other: _Sums, root: Array, other_root: Array) -> float:
    from scipy import linalg

    shared = linalg.svdvals(root.T @ other_root).sum() if root.size and other_root.size else 0.0
    return _with_shared(one, other, float(shared))


def _distance_quickly(one: _Sums, other: _Sums, other_root: Array) -> float:
    """From the eigenvalues of L'ᵀ C L', which have half the digits and take a quarter of the time."""
    from scipy import linalg

    if not other_root.size:
        return _with_shared(one, other, 0.0)
    eigenvalues = linalg.eigvalsh(other_root.T @ one.covariance @ other_root)
    return _with_shared(one, other, float(np.sqrt(np.maximum(eigenvalues, 0.0)).sum()))


def _with_shared(one: _Sums, other: _Sums, shared: float) -> float:
    apart = one.mean - other.mean
    distance = apart @ apart + np.trace(one.covariance) + np.trace(other.covariance) - 2 * shared
    return max(0.0, float(distance))
