"""The dataset `swiss-roll`: points around a spiral."""

from __future__ import annotations

import attrs
import numpy as np
from attrs import validators

from ganreg import Data, Dataset, DataSpec, parameter
from ganreg_datasets.splits import Array, draw_split

DIVISOR = 7.5
"""About the standard deviation of the coordinates, so that theirs becomes about 1."""


@attrs.frozen(kw_only=True)
class SwissRoll(Dataset):
    """Points around a spiral of one turn and a half: one curved mode instead of many small ones.

    scikit-learn's `make_swiss_roll` seen from its end, columns 0 and 2, divided by 7.5, as in the figures of WGAN-GP
    (arXiv:1704.00028, figure 1). Samples have shape `(2,)` and count as unbounded. The held-out part, a tenth as
    many, comes from an independent stream of the same seed.

    >>> SwissRoll(samples=1000).load().train.shape
    (1000, 2)
    """

    noise: float = parameter(0.25, "deviation of the points from the roll, before the division", validators.ge(0))
    samples: int = parameter(100_000, "points to train on; a tenth as many are held out", validators.ge(1))
    seed: int = parameter(0, "which points are drawn", validators.ge(0))

    def spec(self) -> DataSpec:
        """Describes one sample: two unbounded coordinates."""
        return DataSpec((2,))

    def load(self) -> Data:
        """Draws the points, the same each time."""
        return draw_split(self._draw, self.samples, self.seed)

    def _draw(self, stream: np.random.Generator, count: int) -> Array:
        from sklearn.datasets import make_swiss_roll  # takes a second, which listing and describing should not

        legacy = np.random.RandomState(stream.bit_generator)  # all that scikit-learn takes
        points, _ = make_swiss_roll(count, noise=self.noise, random_state=legacy)
        return points[:, [0, 2]] / DIVISOR
