"""The methods of `GAN` for notebooks: plotting what was logged, and showing samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ganreg.engine.running.log_book import LogBook
from ganreg.shown import Shown, displayed

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Showing(Shown):
    """The methods of a GAN that show it or what it has done, which is a subclass."""

    __slots__ = ()

    shown_by: ClassVar[str] = "gans"
    _log_book: LogBook

    @property
    def log_book(self) -> LogBook:
        """What the iterations have logged since the GAN was made."""
        return self._log_book

    def plot_history(self, *, ax: Any = None) -> Figure:
        """Plots both players' losses and the discriminator's accuracies over the iterations.

        It shows everything that this GAN has logged in this program: all calls of `fit`, `ganreg.train` and
        `train_on_batch`. Each point is one iteration, or the mean of several where there are more than 30,000.

        Args:
            ax: axes of matplotlib to draw into: one for the losses, or a pair for losses and accuracies. Defaults to a
                new figure.

        Returns:
            The figure, which a notebook shows.

        Raises:
            RunError: nothing has been logged. For a GAN of a run's folder, use `Run.read(folder).plot_history()`.
            SpecError: `ax` is something else.
        """
        figure: Figure = displayed("history:plot_history_of_gan", self, ax)
        return figure

    def show_samples(
        self, count: int | None = None, *, seed: int | None = None, labels: Any = None, average: bool = True
    ) -> Any:
        """Generates samples and shows them: what `generate(count, seed=seed, labels=labels)` returns.

        Args:
            count: the number of samples, or of sources in a game that makes samples from samples. Defaults to 16 images
                or rows of a table, and 500 points.
            seed: the random seed. Defaults to a fresh seed.
            labels: as for `generate`. Defaults to random classes.
            average: whether to use the moving average of the generator instead of its last iterate. Defaults to `True`.

        Returns:
            A figure of matplotlib with a grid of images, a plot of points, or translations next to their sources; or a
            pandas table with the dataset's columns if it has any. A notebook shows either.

        Raises:
            DataError: as `generate`.
            RunError: the samples are rows of a table, and pandas is not installed.
        """
        return displayed("samples:show_samples", self, count, seed=seed, labels=labels, average=average)
