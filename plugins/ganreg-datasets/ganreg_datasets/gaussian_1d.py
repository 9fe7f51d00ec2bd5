"""The dataset `gaussian-1d`: numbers from a normal distribution."""

from __future__ import annotations

import math

import attrs
import numpy as np
from attrs import validators

from ganreg import Data, Dataset, DataSpec, parameter
from ganreg_datasets.splits import Array, draw_split


@attrs.frozen(kw_only=True)
class Gaussian1D(Dataset):
    """Numbers from a normal distribution: the smallest problem that shows a GAN at work.

    Samples have shape `(1,)`, are not scaled and count as unbounded. The held-out part, a tenth as many, comes from an
    independent random stream of the same seed.

    >>> Gaussian1D(samples=1000).load().train.shape
    (1000, 1)
    """

    mean: float = parameter(4.0, "mean of the distribution", validators.gt(-math.inf), validators.lt(math.inf))
    standard_deviation: float = parameter(0.5, "standard deviation of the distribution", validators.gt(0))
    samples: int = parameter(100_000, "number of training samples; a tenth as many are held out", validators.ge(1))
    seed: int = parameter(0, "random seed of the samples", validators.ge(0))

    def spec(self) -> DataSpec:
        """Describes one sample: one unbounded number."""
        return DataSpec((1,))

    def load(self) -> Data:
        """Draws the samples, which depend on the parameters alone."""
        return draw_split(self._draw, self.samples, self.seed)

    def _draw(self, stream: np.random.Generator, count: int) -> Array:
        return stream.normal(self.mean, self.standard_deviation, size=(count, 1))
