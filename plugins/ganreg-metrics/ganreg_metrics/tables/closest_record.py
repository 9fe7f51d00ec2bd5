"""The distance to the closest record."""

from __future__ import annotations

from typing import ClassVar

import attrs
import numpy as np
from attrs import validators

from ganreg import parameter
from ganreg_metrics.features import Array
from ganreg_metrics.resampling import error_of_mean, errors_of
from ganreg_metrics.tables.metric import TableMetric, some
from ganreg_metrics.tables.rows import Places, are_copies, nearest


@attrs.frozen(kw_only=True)
class ClosestRecord(TableMetric):
    """Whether generated rows are closer to the training rows than new real rows are (DCR).

    With d(x) for the distance of a row x to the closest training row::

        copies      = share of generated rows that equal a training row in every column
        dcr_closer  = P( d(generated) < d(held-out) ),    a tie counts half
        dcr         = mean of d(generated)
        dcr_real    = mean of d(held-out)

    The squared distance of two rows is the sum over columns of the squared difference in units of the standard
    deviation for numbers and dates, and of 1 for categories that differ. If one of two numbers is missing, it counts as
    the mean, and 1 is added.

    `copies` well above the baseline, or `dcr_closer` well above one half, mean that training rows come back. In tables
    of few categories real rows repeat each other, too: compare with the baseline. `dcr_closer` well below one half
    means that the rows are far from the data. Without held-out rows, each training row is held out in turn.

    Copies are sought among all training rows, distances are computed for and to random subsets of rows.

    Values: `copies`, `dcr_closer`, `dcr`, `dcr_real`, and the error of each, such as `copies_error`.
    """

    name: ClassVar[str] = "closest-record"

    samples: int = parameter(2_000, "maximum number of rows whose distances are computed", validators.ge(10))
    training: int = parameter(
        20_000, "maximum number of training rows to which distances are computed", validators.ge(10)
    )
    bootstrap: int = parameter(200, "resamples of the distances for the errors", validators.ge(2))
    seed: int = parameter(0, "random seed of rows and resamples", validators.ge(0))

    def minimum_samples(self, features: int) -> int:
        """Returns 3, the fewest with distances to others."""
        return 3

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Compares generated rows `[M, columns]` with training rows `[N, columns]`, each of them held out in turn.

        Raises:
            DataError: values are infinite, not those of the columns, or of fewer than 3 rows.
        """
        stream = np.random.default_rng(self.seed)
        every = self.checked(real, "real", minimum=3)
        train = some(every, self.training, stream)
        generated = self.checked(fake, "generated", minimum=3)
        places = Places.of(self._columns, train)
        points = places(train)
        held_out = nearest(some(points, self.samples, stream), points, among=True)
        distances = nearest(places(some(generated, self.samples, stream)), points)
        return self._values_of(every, generated, distances, held_out)

    def compute_held_out(self, real: Array, fake: Array, held_out: Array) -> dict[str, float]:
        """Compares as `compute` does, but with real rows that were not trained on, `[H, columns]`."""
        stream = np.random.default_rng(self.seed)
        every = self.checked(real, "real", minimum=3)
        train = some(every, self.training, stream)
        generated = self.checked(fake, "generated", minimum=3)
        others = some(self.checked(held_out, "held-out"), self.samples, stream)
        places = Places.of(self._columns, train)
        points = places(train)
        distances = (nearest(places(each), points) for each in (some(generated, self.samples, stream), others))
        return self._values_of(every, generated, *distances)

    def _values_of(self, train: Array, generated: Array, distances: Array, held_out: Array) -> dict[str, float]:
        copied = are_copies(generated, train)
        errors = errors_of(closer, [held_out, distances], self.bootstrap, self.seed)
        means = {"copies": copied, "dcr": distances, "dcr_real": held_out}
        values = {"copies": float(copied.mean()), "dcr_closer": closer(held_out, distances)}
        values |= {"dcr": float(distances.mean()), "dcr_real": float(held_out.mean())}
        return (
            values
            | {"dcr_closer_error": float(errors)}
            | {
                f"{name}_error": error_of_mean(each.astype(float), self.bootstrap, self.seed)
                for name, each in means.items()
            }
        )


def closer(far: Array, near: Array) -> float:
    """Returns the probability that a number of `near` is below one of `far`; a tie counts half."""
    ordered = np.sort(near)
    below = np.searchsorted(ordered, far, side="left") + np.searchsorted(ordered, far, side="right")
    return float(below.mean() / (2 * len(near)))
