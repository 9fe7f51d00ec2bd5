"""Plots what was logged: both players' losses, and the discriminator's accuracies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ganreg.display.figures import new_figure
from ganreg.errors import RunError, SpecError
from ganreg.reports.reading import read_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ganreg.contract.run import Run
    from ganreg.gan import GAN

_PANELS = {"loss": ("_loss", {}), "fraction classified correctly": ("_accuracy", {"ylim": (-0.03, 1.03)})}
"""The title of each panel's vertical axis, how the names of its logs end, and settings of its axes."""
_WINDOWS, _LEAST_WINDOW = 50, 6
"""A line is drawn with its means if a fiftieth of its values is at least so many."""
_LABELS = {
    "discriminator_loss": "discriminator",
    "generator_loss": "generator",
    "real_accuracy": "real samples",
    "fake_accuracy": "generated samples",
}


def plot_history_of_gan(gan: GAN, ax: Any = None) -> Figure:
    """Plots what a GAN has logged; see `GAN.plot_history`."""
    iterations, values = gan.log_book.table()
    if not len(iterations):
        raise RunError(
            "this GAN has logged nothing since it was made; train it, or plot the run that it comes from: "
            "ganreg.Run.read(FOLDER).plot_history()"
        )
    return plot_history(iterations, values, ax)


def plot_history_of_run(run: Run, ax: Any = None) -> Figure:
    """Plots a run's `metrics.csv`; see `Run.plot_history`."""
    columns = logged(run.metrics)
    values = {name: np.array(column, np.float64) for name, column in columns.values.items()}
    return plot_history(columns.iterations, values, ax)


def logged(path: Path) -> Any:
    """The columns of a run's `metrics.csv`.

    Raises:
        RunError: there are no rows.
    """
    columns = read_columns(path)
    if not columns.iterations:
        raise RunError(f"{path} holds no rows; the run has not logged anything yet")
    return columns


def plot_history(iterations: Any, values: Mapping[str, Any], ax: Any = None) -> Figure:
    """Plots losses and accuracies.

    Args:
        iterations: the iterations that were done at each row.
        values: the logs by name.
        ax: the axes to draw into: one for the losses, or a pair for the losses and the accuracies.

    Returns:
        The figure.

    Raises:
        RunError: there is nothing to plot.
        SpecError: `ax` is something else.
    """
    panels = {
        title: [name for name in values if name.endswith(ending) and not name.startswith("val_")]
        for title, (ending, _) in _PANELS.items()
    }
    panels = {title: names for title, names in panels.items() if names}
    if not panels:
        raise RunError(f"neither losses nor accuracies were logged, only: {', '.join(values) or 'nothing'}")
    if ax is None:
        figure = new_figure(7, 2.6 * len(panels), layout="constrained")
        chosen = list(figure.subplots(len(panels), sharex=True, squeeze=False)[:, 0])
    else:
        chosen = _given(ax)
    for axes, (title, names) in zip(chosen, panels.items(), strict=False):
        for name in names:
            _draw(axes, iterations, np.asarray(values[name], np.float64), _LABELS.get(name, name))
        axes.set(ylabel=title, **_PANELS[title][1])
        axes.spines[["top", "right"]].set_visible(False)
        for handle in axes.legend(frameon=False).legend_handles:
            handle.set_alpha(1)
    chosen[-1].set_xlabel("iteration")
    drawn_on: Any = chosen[-1].figure
    figure_of_axes: Figure = drawn_on
    return figure_of_axes


def _draw(axes: Axes, iterations: Any, column: Any, label: str) -> None:
    """Draws every value; where there are many, faintly, with their means over a fiftieth of the rows on top."""
    width = len(column) // _WINDOWS
    (line,) = axes.plot(iterations, column, linewidth=1, label=label, alpha=1 if width < _LEAST_WINDOW else 0.3)
    if width >= _LEAST_WINDOW and np.isfinite(column).all():
        smooth = np.convolve(column, np.full(width, 1 / width), mode="valid")
        centres = np.asarray(iterations)[(width - 1) // 2 :][: len(smooth)]
        axes.plot(centres, smooth, linewidth=1.5, color=line.get_color(), label=f"_mean of {label}")


def _given(ax: Any) -> list[Axes]:
    from matplotlib.axes import Axes

    chosen = [ax] if isinstance(ax, Axes) else list(ax) if isinstance(ax, (list, tuple, np.ndarray)) else []
    if not (1 <= len(chosen) <= 2 and all(isinstance(axes, Axes) for axes in chosen)):
        raise SpecError(
            f"ax must be one Axes of matplotlib for the losses, or two for losses and accuracies, got {ax!r:.80}"
        )
    return chosen
