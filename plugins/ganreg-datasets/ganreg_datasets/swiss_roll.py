"""The dataset `swiss-roll`: points around a spiral."""

from __future__ import annotations

import attrs
import numpy as np
from attrs import validators

from ganreg import Data, Dataset, DataSpec, parameter
from ganreg.lazy import lazy_module
from ganreg_datasets.splits import Array, draw_split

# Importing it takes a second, which listing and describing should not.
datasets = lazy_module("sklearn.datasets")

DIVISOR = 7.5
"""About the standard deviation of the coordinates, which thus becomes about 1."""


@attrs.frozen(kw_only=True)
class SwissRoll(Dataset):
    """Points around a spiral of one and a half turns: one curved mode instead of many small ones.

    The points are columns 0 and 2 of scikit-learn's `make_swiss_roll`, divided by 7.5, as in WGAN-GP (arXiv:1704.00028,
    figure 1). Samples have shape `(2,)` and count as unbounded. The held-out part, a tenth as many, comes from an
    independent random stream of the same seed.

    >>> SwissRoll(samples=1000).load().train.shape
    (1000, 2)
    """

    noise: float = parameter(0.25, "standard deviation around the spiral, before division", validators.ge(0))
    samples: int = parameter(100_000, "number of training points; a tenth as many are held out", validators.ge(1))
    seed: int = parameter(0, "random seed of the points", validators.ge(0))

    def spec(self) -> DataSpec:
        """Describes one sample: two unbounded coordinates."""
        return DataSpec((2,))

    def load(self) -> Data:
        """Draws the points, which depend on the parameters alone."""
        return draw_split(self._draw, self.samples, self.seed)

    def _draw(self, stream: np.random.Generator, count: int) -> Array:
        legacy = np.random.RandomState(stream.bit_generator)  # scikit-learn accepts nothing newer
        points, _ = datasets.make_swiss_roll(count, noise=self.noise, random_state=legacy)
        return np.asarray(points[:, [0, 2]] / DIVISOR)
