"""A run, as plugins' callbacks see it. Importable without TensorFlow."""

from __future__ import annotations

from pathlib import Path

import attrs

from ganreg.contract.recipes import Recipe
from ganreg.files.layout import HEALTH, METRICS, SAMPLES


@attrs.frozen
class Run:
    """One training and the folder that keeps everything about it.

    Attributes:
        path: its folder.
        recipe: complete, every default written out.
    """

    path: Path
    recipe: Recipe

    @property
    def samples(self) -> Path:
        """Where pictures of samples are."""
        return self.path / SAMPLES

    @property
    def health(self) -> Path:
        """What the health monitor found, a JSON object a line."""
        return self.path / HEALTH

    @property
    def metrics(self) -> Path:
        """The losses, penalties and accuracies as CSV."""
        return self.path / METRICS
