"""The dataset `ring`: normal distributions around a circle."""

from __future__ import annotations

import attrs
import numpy as np
from attrs import validators

from ganreg import Data, Dataset, DataSpec, Modes, parameter
from ganreg_datasets.splits import Array, draw_from_modes, draw_split


@attrs.frozen(kw_only=True)
class Ring(Dataset):
    """Points from equally likely normal distributions, evenly spaced around a circle: the test for lost modes.

    The first mode is at (radius, 0), and the others follow anticlockwise. The defaults are those of PacGAN's 2D-ring
    (arXiv:1712.04086, section 4.1), after VEEGAN (arXiv:1705.07761). Samples have shape `(2,)`, are not scaled and
    count as unbounded; there are no labels. The held-out part, a tenth as many, comes from an independent random stream
    of the same seed.

    >>> Ring(samples=1000).load().train.shape
    (1000, 2)
    """

    gaussians: int = parameter(8, "number of normal distributions", validators.ge(1))
    radius: float = parameter(1.0, "radius of the circle", validators.gt(0))
    standard_deviation: float = parameter(0.01, "standard deviation along each axis", validators.gt(0))
    samples: int = parameter(100_000, "number of training points; a tenth as many are held out", validators.ge(1))
    seed: int = parameter(0, "random seed of the points", validators.ge(0))

    def spec(self) -> DataSpec:
        """Describes one sample: two unbounded coordinates."""
        return DataSpec((2,))

    def load(self) -> Data:
        """Draws the points, which depend on the parameters alone."""
        return draw_split(self._draw, self.samples, self.seed)

    def modes(self) -> Modes:
        """Returns the normal distributions, anticlockwise from (radius, 0)."""
        # Not linspace(0, 2π, n), whose last angle equals the first.
        angles = 2 * np.pi * np.arange(self.gaussians) / self.gaussians
        means = self.radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        return Modes(means=means, standard_deviation=self.standard_deviation)

    def _draw(self, stream: np.random.Generator, count: int) -> Array:
        return draw_from_modes(self.modes(), stream, count)
