"""The dataset `ellipsoids`: small volumes, each with one solid or hollow ellipsoid."""

from __future__ import annotations

import attrs
import numpy as np
from attrs import validators

from ganreg import Data, Dataset, DataSpec, parameter
from ganreg_datasets.splits import Array, draw_labelled_split

_SMALLEST, _LARGEST = 0.22, 0.4
"""Half axes, as shares of the volume's side."""
_OFFSET = 0.08
"""How far the centre may be from that of the volume along each axis, as a share of its side."""
_CAVITY = 0.55
"""The half axes of the cavity, as a share of those of the ellipsoid."""


@attrs.frozen(kw_only=True)
class Ellipsoids(Dataset):
    """Volumes with one ellipsoid of random half axes, place and orientation, solid or hollow.

    The background is -1 and the ellipsoid 1; its surface is soft over about one voxel. Samples have shape
    `(side, side, side, 1)`. There are two equally likely classes, `solid` and `hollow`. The held-out part, a tenth as
    many, comes from an independent random stream of the same seed.

    >>> Ellipsoids(samples=10).load().train.shape
    (10, 16, 16, 16, 1)
    """

    side: int = parameter(16, "voxels along each axis", validators.ge(8))
    samples: int = parameter(4_000, "number of training volumes; a tenth as many are held out", validators.ge(1))
    seed: int = parameter(0, "random seed of the volumes", validators.ge(0))

    def spec(self) -> DataSpec:
        """Describes one volume."""
        return DataSpec((self.side, self.side, self.side, 1), num_classes=2, value_range=(-1.0, 1.0))

    def load(self) -> Data:
        """Draws the volumes, which depend on the parameters alone."""
        return draw_labelled_split(
            self._draw, self.samples, self.seed, value_range=(-1.0, 1.0), class_names=("solid", "hollow")
        )

    def _draw(self, stream: np.random.Generator, count: int) -> tuple[Array, Array]:
        labels = stream.integers(2, size=count, dtype=np.int32)
        axes = stream.uniform(_SMALLEST, _LARGEST, (count, 3))
        centres = stream.uniform(-_OFFSET, _OFFSET, (count, 3))
        rotations, _ = np.linalg.qr(stream.normal(size=(count, 3, 3)))
        along = (np.arange(self.side, dtype=np.float32) + 0.5) / self.side - 0.5
        voxels = np.stack(np.meshgrid(along, along, along, indexing="ij"), axis=-1).reshape(-1, 3)
        volumes = np.empty((count, self.side**3), np.float32)
        for index in range(count):
            places = ((voxels - centres[index]) @ rotations[index]) / axes[index]
            volumes[index] = self._filled(np.linalg.norm(places, axis=1), axes[index].min(), hollow=bool(labels[index]))
        return volumes.reshape(count, *self.spec().shape), labels

    def _filled(self, distances: Array, smallest: float, *, hollow: bool) -> Array:
        """Returns the values of voxels by their distance from the centre, where the surface is at 1."""
        softness = 0.5 / (smallest * self.side)
        inside = np.tanh((1.0 - distances) / softness)
        return np.minimum(inside, np.tanh((distances - _CAVITY) / softness)) if hollow else inside
