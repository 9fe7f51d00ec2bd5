"""The dataset `quadratic`: points on a parabola."""

from __future__ import annotations

import math

import attrs
import numpy as np
from attrs import validators

from ganreg import Data, Dataset, DataSpec, parameter
from ganreg_datasets.splits import Array, draw_split


@attrs.frozen(kw_only=True)
class Quadratic(Dataset):
    """Points (x, y) on the parabola y = x² + offset with x uniform in ±half_width: data on a curve in the plane.

    Samples have shape `(2,)`, are not scaled and count as unbounded, so the generator's output must be linear. The
    held-out part, a tenth as many, comes from an independent random stream of the same seed.

    >>> Quadratic(samples=1000).load().train.shape
    (1000, 2)
    """

    half_width: float = parameter(5.0, "x is uniform between minus and plus this value", validators.gt(0))
    offset: float = parameter(5.0, "minimum of y", validators.gt(-math.inf), validators.lt(math.inf))
    samples: int = parameter(100_000, "number of training points; a tenth as many are held out", validators.ge(1))
    seed: int = parameter(0, "random seed of the points", validators.ge(0))

    def spec(self) -> DataSpec:
        """Describes one sample: two unbounded coordinates."""
        return DataSpec((2,))

    def load(self) -> Data:
        """Draws the points, which depend on the parameters alone."""
        return draw_split(self._draw, self.samples, self.seed)

    def _draw(self, stream: np.random.Generator, count: int) -> Array:
        x = stream.uniform(-self.half_width, self.half_width, size=count)
        return np.stack([x, np.square(x) + self.offset], axis=1)
