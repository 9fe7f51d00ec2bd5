"""The dataset `grid`: normal distributions on a square grid."""

from __future__ import annotations

import attrs
import numpy as np
from attrs import validators

from ganreg import Data, Dataset, DataSpec, Modes, parameter
from ganreg_datasets.splits import Array, draw_from_modes, draw_split


@attrs.frozen(kw_only=True)
class Grid(Dataset):
    """Points from equally likely normal distributions on a square grid around 0: the harder test for lost modes.

    The defaults are those of PacGAN's 2D-grid with 25 modes (arXiv:1712.04086, section 4.1), after VEEGAN
    (arXiv:1705.07761): means {-4, -2, 0, 2, 4}² and a standard deviation of 0.05. `side=10` gives 100 modes. Means and
    standard deviation are multiplied by `scale`; with 1/2.828, for example, the 25 modes have a variance of about 1, as
    in WGAN-GP's code. Samples have shape `(2,)` and count as unbounded; there are no labels. The held-out part, a tenth
    as many, comes from an independent random stream of the same seed.

    >>> Grid(samples=1000).load().train.shape
    (1000, 2)
    """

    side: int = parameter(5, "normal distributions along each side of the grid", validators.ge(1))
    spacing: float = parameter(2.0, "distance between neighbouring means, before scaling", validators.gt(0))
    standard_deviation: float = parameter(0.05, "standard deviation along each axis, before scaling", validators.gt(0))
    scale: float = parameter(1.0, "factor of all coordinates", validators.gt(0))
    samples: int = parameter(100_000, "number of training points; a tenth as many are held out", validators.ge(1))
    seed: int = parameter(0, "random seed of the points", validators.ge(0))

    def spec(self) -> DataSpec:
        """Describes one sample: two unbounded coordinates."""
        return DataSpec((2,))

    def load(self) -> Data:
        """Draws the points, which depend on the parameters alone."""
        return draw_split(self._draw, self.samples, self.seed)

    def modes(self) -> Modes:
        """Returns the normal distributions, by ascending x, then by ascending y."""
        along = self.scale * self.spacing * (np.arange(self.side) - (self.side - 1) / 2)
        x, y = np.meshgrid(along, along, indexing="ij")
        means = np.stack([x.ravel(), y.ravel()], axis=1)
        return Modes(means=means, standard_deviation=self.scale * self.standard_deviation)

    def _draw(self, stream: np.random.Generator, count: int) -> Array:
        return draw_from_modes(self.modes(), stream, count)
