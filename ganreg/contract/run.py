"""A run as plugins' callbacks see it. Importable without TensorFlow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from ganreg.contract.recipes import Recipe
from ganreg.errors import RunError
from ganreg.files.layout import HEALTH, METRICS, RECIPE, SAMPLES
from ganreg.shown import Shown, displayed

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure


@attrs.frozen(repr=False)
class Run(Shown):
    """One training and its folder.

    Attributes:
        path: the run's folder.
        recipe: the complete recipe, with all defaults written out.
    """

    shown_by: ClassVar[str] = "runs"

    path: Path
    recipe: Recipe

    @classmethod
    def read(cls, path: str | Path) -> Run:
        """Finds the run in a folder, which may be unfinished.

        Args:
            path: the folder.

        Raises:
            RunError: the folder holds no run.
            SpecError: its recipe is damaged.
        """
        folder = Path(path)
        if not (folder / RECIPE).is_file():
            raise RunError(f"{folder} holds no run: there is no {RECIPE} in it")
        return cls(folder, Recipe.read(folder / RECIPE))

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

    def plot_history(self, *, ax: Any = None) -> Figure:
        """Plots both players' losses and the discriminator's accuracies, as `metrics.csv` holds them.

        Args:
            ax: axes of matplotlib to draw into: one for the losses, or a pair for losses and accuracies. Defaults to a
                new figure.

        Returns:
            The figure, which a notebook shows.

        Raises:
            RunError: nothing has been logged yet.
            SpecError: `ax` is something else.
        """
        figure: Figure = displayed("history:plot_history_of_run", self, ax)
        return figure

    def to_dataframe(self, table: str = "metrics") -> pandas.DataFrame:
        """Returns what the run has written as a table of pandas; see `ganreg.to_dataframe`.

        Args:
            table: `"metrics"` (the default), `"evaluations"`, `"scores"` or `"findings"`.
        """
        frame: pandas.DataFrame = displayed("frames:to_dataframe", self, table)
        return frame
