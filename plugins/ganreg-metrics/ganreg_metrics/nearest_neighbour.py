"""A test for memorised training data."""

from __future__ import annotations

import attrs
import numpy as np
from attrs import validators

from ganreg import DataError, Metric, parameter
from ganreg_metrics.distances import nearest_squared
from ganreg_metrics.features import Array, checked, checked_pair, mean_of
from ganreg_metrics.resampling import errors_of


@attrs.frozen(kw_only=True)
class NearestNeighbour(Metric):
    """Whether generated samples are closer to the training data than held-out data (after arXiv:2004.05675, section 3).

    With d(x) for the distance of x to its nearest training sample::

        ratio  = median d(generated) / median d(held-out)
        closer = P( d(generated) < d(held-out) ),    a tie counts half

    A ratio well below 1 and a share well above one half indicate copies; a ratio well above 1 indicates samples far
    from the data. `compute_held_out` takes held-out data. `compute` has none and holds out each training sample in
    turn: its distance is that to the nearest other training sample. New data from the same distribution would have such
    distances, and no part of the training data is lost to the search for copies.

    Values: `nearest_neighbour` (the ratio), `closer`, `nearest_neighbour_error`, `closer_error`.
    """

    bootstrap: int = parameter(200, "resamples of the distances for the errors", validators.ge(2))
    seed: int = parameter(0, "random seed of the resamples", validators.ge(0))

    def minimum_samples(self, features: int) -> int:
        """Returns 3, the fewest with a meaningful median of distances to others."""
        return 3

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Compares generated features `[M, F]` with those of the training data, `[N, F]`.

        Raises:
            DataError: if the features are malformed, there are fewer than 3 samples, or most real samples have
                duplicates.
        """
        train, fakes = checked_pair(real, fake, metric="nearest-neighbour", minimum=3)
        origin = mean_of(train)
        held_out = np.sqrt(nearest_squared(train, train, origin, same=True)[:, 0])
        return self._values_of(held_out, np.sqrt(nearest_squared(fakes, train, origin)[:, 0]))

    def compute_held_out(self, real: Array, fake: Array, held_out: Array) -> dict[str, float]:
        """Compares as `compute` does, but with real samples that were not trained on, `[H, F]`."""
        train, fakes = checked_pair(real, fake, metric="nearest-neighbour", minimum=3)
        _, others = checked_pair(
            real, checked(held_out, "held-out", metric="nearest-neighbour"), metric="nearest-neighbour"
        )
        origin = mean_of(train)
        distances = (np.sqrt(nearest_squared(each, train, origin)[:, 0]) for each in (others, fakes))
        return self._values_of(*distances)

    def _values_of(self, held_out: Array, fake: Array) -> dict[str, float]:
        if np.median(held_out) == 0:
            raise DataError(
                "nearest-neighbour: most held-out samples equal a training sample, so that copies cannot be detected; "
                "use data without duplicates, or features that distinguish the samples"
            )
        ratio, closer = _compare(held_out, fake)
        errors = errors_of(_compare, [held_out, fake], self.bootstrap, self.seed)
        return {
            "nearest_neighbour": float(ratio),
            "closer": float(closer),
            "nearest_neighbour_error": float(errors[0]),
            "closer_error": float(errors[1]),
        }


def _compare(held_out: Array, fake: Array) -> Array:
    ordered = np.sort(fake)
    below = np.searchsorted(ordered, held_out, side="left") + np.searchsorted(ordered, held_out, side="right")
    typical = np.median(held_out)
    ratio = np.median(ordered) / typical if typical else np.inf
    return np.array([ratio, below.mean() / (2 * len(fake))])
