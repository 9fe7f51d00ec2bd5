"""A dataset for checks that need one; importable without TensorFlow."""

from __future__ import annotations

import attrs
import numpy as np

from ganreg.contract.datasets import Dataset
from ganreg.data.arrays import Data
from ganreg.data.modes import Modes
from ganreg.data.spec import DataSpec


@attrs.frozen(kw_only=True)
class ReferenceDataset(Dataset):
    """Points around the corners of a square; the class is the corner."""

    def spec(self) -> DataSpec:
        """Describes one point."""
        return DataSpec((2,), num_classes=4)

    def load(self) -> Data:
        """Draws 400 points, which are the same each time."""
        stream = np.random.default_rng(0)
        labels = np.arange(400) % 4
        samples = self.modes().means[labels] + stream.normal(size=(400, 2)) * self.modes().standard_deviation
        return Data(train=samples, train_labels=labels)

    def modes(self) -> Modes:
        """The four corners."""
        return Modes(means=[[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]], standard_deviation=0.2)
