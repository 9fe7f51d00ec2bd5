"""The sliced Wasserstein distance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import attrs
import numpy as np
from attrs import validators

from ganreg import Dataset, DataSpec, Metric, parameter
from ganreg_metrics.features import BLOCK, Array, blocks, checked_pair


@attrs.frozen(kw_only=True)
class SlicedWasserstein(Metric):
    """Wasserstein distance averaged over projections onto random directions (arXiv:1803.11188, equation 4).

    With the quantile functions Q_θ and Q'_θ of the projections x·θ of real and generated samples on a unit vector θ::

        SW_p = ( mean_θ ∫ |Q_θ(u) - Q'_θ(u)|^p du )^(1/p)

    The integral is exact, also for unequal numbers of samples; for equal numbers it is a mean over the sorted
    projections. For a single feature there is one direction, and the value is the Wasserstein distance itself. The
    paper minimises SW_2²; its root is now called the distance. The error comes from resampling both samples and
    directions.

    Values: `sliced_wasserstein`, `sliced_wasserstein_error`.
    """

    lower_is_better: ClassVar[Mapping[str, bool]] = {"sliced_wasserstein": True}

    p: int = parameter(2, "exponent p of the distance, 1 or 2", validators.in_((1, 2)))
    projections: int = parameter(128, "number of random directions", validators.ge(1))
    bootstrap: int = parameter(50, "resamples for the error", validators.ge(2))
    seed: int = parameter(0, "random seed of directions and resamples", validators.ge(0))

    def suits(self, data: DataSpec, dataset: Dataset | None) -> bool:
        """Whether samples are neither images nor single numbers."""
        return not data.is_image and data.size > 1

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Compares features `[N, F]`, in their units; 0 means that the projections have equal distributions.

        Raises:
            DataError: if the features are malformed, or there are fewer than 2 samples.
        """
        reals, fakes = checked_pair(real, fake, metric="sliced-wasserstein", minimum=2)
        stream = np.random.default_rng(self.seed)
        directions = _directions(stream, reals.shape[1], self.projections)
        sides = [_Projected.of(each, directions) for each in (reals, fakes)]
        coupling = _coupling(len(reals), len(fakes))
        costs = self._costs(sides[0].ordered, sides[1].ordered, coupling)
        resampled = []
        for _ in range(self.bootstrap):
            drawn = [side.drawn_again(stream) for side in sides]
            along = stream.integers(len(costs), size=len(costs))
            resampled.append(self._distance(self._costs(drawn[0], drawn[1], coupling)[along]))
        return {
            "sliced_wasserstein": self._distance(costs),
            "sliced_wasserstein_error": float(np.std(resampled, ddof=1)),
        }

    def _costs(self, real: Array, fake: Array, coupling: tuple[Array, Array, Array]) -> Array:
        """Returns the integral for each direction from ascending projections `[directions, N]`, `[directions, M]`."""
        real_places, fake_places, weights = coupling
        return np.array(
            [weights @ np.abs(x[real_places] - y[fake_places]) ** self.p for x, y in zip(real, fake, strict=True)]
        )

    def _distance(self, costs: Array) -> float:
        return float(costs.mean() ** (1 / self.p))


@attrs.frozen
class _Projected:
    """The projections of real or generated samples: ascending values and their samples, `[directions, N]`."""

    ordered: Array
    order: Array

    @classmethod
    def of(cls, features: Array, directions: Array) -> _Projected:
        values = np.empty((len(directions), len(features)))
        for rows in blocks(len(features), BLOCK):
            values[:, rows] = directions @ features[rows].astype(np.float64).T
        order = values.argsort(axis=1)
        return cls(np.take_along_axis(values, order, axis=1), order)

    def drawn_again(self, stream: np.random.Generator) -> Array:
        """Returns the ascending values of samples drawn with replacement, the same for all directions."""
        count = self.order.shape[1]
        times = np.bincount(stream.integers(count, size=count), minlength=count)
        # Repeating ascending values keeps them ascending, so that nothing must be sorted again.
        return np.stack([np.repeat(x, times[order]) for x, order in zip(self.ordered, self.order, strict=True)])


def _directions(stream: np.random.Generator, features: int, count: int) -> Array:
    """Returns uniformly distributed unit vectors `[count, F]`, or the only one for a single feature."""
    if features == 1:
        return np.ones((1, 1))
    vectors = stream.normal(size=(count, features))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def _coupling(reals: int, fakes: int) -> tuple[Array, Array, Array]:
    """Returns the pairs of ranks that both quantile functions pass together, and the length of each interval."""
    # In units of 1 / (reals · fakes), in which all steps of both functions are at integers.
    edges = np.union1d(np.arange(reals + 1) * fakes, np.arange(fakes + 1) * reals)
    starts = edges[:-1]
    return starts // fakes, starts // reals, np.diff(edges) / (reals * fakes)
