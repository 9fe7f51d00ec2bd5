"""Whether fakes are copies of training data."""

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
    """Whether fakes lie closer to the training data than held-out data does (after arXiv:2004.05675, section 3).

    With d(x) for the distance of x to its nearest training sample::

        ratio  = median d(fake) / median d(held-out)
        closer = P( d(fake) < d(held-out) ),    a tie counts half

    A ratio well below 1, and a share well above one half, mean copies; a ratio well above 1, fakes that are far
    from the data. `compute` is given no held-out data. There each training sample is held out in turn, its distance
    being that to the nearest other one: what new data of the same distribution would have, without giving up
    half of the training data, in whose other half copies would go unseen. `compute_held_out` takes such data.

    Values: `nearest_neighbour` (the ratio), `closer`, `nearest_neighbour_error`, `closer_error`.
    """

    bootstrap: int = parameter(200, "resamples of the distances for the errors", validators.ge(2))
    seed: int = parameter(0, "which resamples are drawn", validators.ge(0))

    def minimum_samples(self, features: int) -> int:
        """So many that each has a nearest other, and a median says something."""
        return 3

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Compares generated features `[M, F]` with those of the training data, `[N, F]`.

        Raises:
            DataError: the features are malformed, fewer than 3 samples, or most reals are there twice.
        """
        train, fakes = checked_pair(real, fake, metric="nearest-neighbour", minimum=3)
        origin = mean_of(train)
        held_out = np.sqrt(nearest_squared(train, train, origin, same=True)[:, 0])
        return self._judge(held_out, np.sqrt(nearest_squared(fakes, train, origin)[:, 0]))

    def compute_held_out(self, real: Array, fake: Array, held_out: Array) -> dict[str, float]:
        """As `compute`, with real data that was not trained on, `[H, F]`."""
        train, fakes = checked_pair(real, fake, metric="nearest-neighbour", minimum=3)
        _, others = checked_pair(
            real, checked(held_out, "held-out", metric="nearest-neighbour"), metric="nearest-neighbour"
        )
        origin = mean_of(train)
        distances = (np.sqrt(nearest_squared(each, train, origin)[:, 0]) for each in (others, fakes))
        return self._judge(*distances)

    def _judge(self, held_out: Array, fake: Array) -> dict[str, float]:
        if np.median(held_out) == 0:
            raise DataError(
                "nearest-neighbour: most held-out samples equal a training sample, so that copies cannot be told; "
                "take data without duplicates, or features that tell samples apart"
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
