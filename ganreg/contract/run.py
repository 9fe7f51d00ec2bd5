"""A run as plugins' callbacks see it. Importable without TensorFlow."""

from __future__ import annotations

from pathlib import Path

import attrs

from ganreg.contract.recipes import Recipe
from ganreg.files.layout import HEALTH, METRICS, SAMPLES


@attrs.frozen
class Run:
    """One training and its folder.

    Attributes:
        path: the run's folder.
        recipe: the complete recipe, with all defaults written out.
    """

    path: Path
    recipe: Recipe

    @property
    def samples(self) -> Path:
        """The folder of the sample grids."""
        return self.path / SAMPLES

    @property
    def health(self) -> Path:
        """The file of the health monitor's findings, one JSON object per line."""
        return self.path / HEALTH

    @property
    def metrics(self) -> Path:
        """The CSV file of losses, penalties and accuracies."""
        return self.path / METRICS
