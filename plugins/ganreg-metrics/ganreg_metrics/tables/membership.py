"""Membership inference from the distance to the closest generated record."""

from __future__ import annotations

from typing import ClassVar

import attrs
import numpy as np
from attrs import validators

from ganreg import DataError, parameter
from ganreg_metrics.features import Array
from ganreg_metrics.resampling import errors_of
from ganreg_metrics.tables.closest_record import closer
from ganreg_metrics.tables.metric import TableMetric, some
from ganreg_metrics.tables.rows import Places, nearest


@attrs.frozen(kw_only=True)
class MembershipInference(TableMetric):
    """How well an attacker tells training rows from others by their distance to the closest generated row.

    The attacker knows the generated rows, and takes a person's row for one of the training data if a generated row is
    close to it (the distance-based attack of arXiv:1909.03935, without access to the generator)::

        membership_auc = P( d(training row) < d(held-out row) ),    a tie counts half

    which is the area under the attacker's ROC curve: 1/2 if generated rows reveal nothing, 1 if they reveal who was in
    the training data. The distance is that of `closest-record`. With few generated rows for many training rows, most
    rows have no generated row of their own nearby, so that the figure is close to 1/2 even for copies, which
    `closest-record` then finds.

    Values: `membership_auc`, `membership_auc_error`.
    """

    name: ClassVar[str] = "membership-inference"
    needs_held_out: ClassVar[bool] = True

    samples: int = parameter(
        5_000, "maximum number of training and of held-out rows, drawn at random", validators.ge(10)
    )
    generated: int = parameter(20_000, "maximum number of generated rows, drawn at random", validators.ge(10))
    bootstrap: int = parameter(200, "resamples of the distances for the error", validators.ge(2))
    seed: int = parameter(0, "random seed of rows and resamples", validators.ge(0))

    def compute_held_out(self, real: Array, fake: Array, held_out: Array) -> dict[str, float]:
        """Compares training rows `[N, columns]` with held-out rows `[H, columns]`.

        Raises:
            DataError: values are infinite, not those of the columns, or of fewer than 2 rows.
        """
        stream = np.random.default_rng(self.seed)
        train = self.checked(real, "real", minimum=2)
        generated = some(self.checked(fake, "generated", minimum=2), self.generated, stream)
        others = some(self.checked(held_out, "held-out", minimum=2), self.samples, stream)
        places = Places.of(self._columns, train)
        points = places(generated)
        members, strangers = (nearest(places(each), points) for each in (some(train, self.samples, stream), others))
        error = errors_of(closer, [strangers, members], self.bootstrap, self.seed)
        return {"membership_auc": closer(strangers, members), "membership_auc_error": float(error)}

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Refuses to compute without held-out rows; see `compute_held_out`.

        Raises:
            DataError: always.
        """
        raise DataError(
            f"{self.name} needs rows that were not trained on: metric.compute_held_out(real, fake, held_out)"
        )
