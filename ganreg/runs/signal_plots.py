"""Plots of signals: one panel for each, its channels in colours."""

from __future__ import annotations

import math

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ganreg.data.arrays import Array

MOST = 64
"""The number of signals that are shown at most."""
_REAL_BACKGROUND = "#eceef1"
_IN_LEGEND = 10
"""The number of channels that a legend names at most."""
_SHORT = 24
"""Signals of fewer values have points on their lines."""


def plot_signals(figure: Figure, samples: Array, *, real: Array | None = None, title: str = "") -> None:
    """Plots each signal in a panel of its own; all panels have the same axes.

    Args:
        figure: an empty figure. Its height is set to suit the number of panels.
        samples: `[N, length, channels]`; at most `MOST` are shown.
        real: real signals, of which the first ones fill a last row with a grey background.
        title: the title.
    """
    shown = samples[:MOST]
    columns = math.ceil(math.sqrt(len(shown)))
    rows = math.ceil(len(shown) / columns)
    beside = [] if real is None else list(real[:columns])
    height = max(2.0, min(1.2 * (rows + bool(beside)) + 0.6, 10.0))
    figure.set_size_inches(max(figure.get_figwidth(), min(2.2 * columns, 12.0)), height)
    panels = figure.subplots(rows + bool(beside), columns, sharex=True, sharey=True, squeeze=False)
    for axes in panels.flat[len(shown) :]:
        axes.set_visible(False)
    for signal, axes in zip(shown, panels.flat, strict=False):
        _draw(axes, signal)
    for signal, axes in zip(beside, panels[-1], strict=False):
        axes.set_visible(True)
        axes.set_facecolor(_REAL_BACKGROUND)
        axes.set_title("real", fontsize=7, pad=2)
        _draw(axes, signal)
    more = f" (the first {MOST} of {len(samples)})" if len(samples) > MOST else ""
    figure.suptitle(f"{title}{more}", fontsize=10)
    figure.supxlabel("position in the signal", fontsize=8)
    if 1 < samples.shape[-1] <= _IN_LEGEND:
        figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside right upper", fontsize=7, frameon=False)


def _draw(axes: Axes, signal: Array) -> None:
    length, channels = signal.shape
    few = channels <= _IN_LEGEND
    colours = colormaps["tab10" if few else "viridis"](np.linspace(0, 1, _IN_LEGEND if few else channels))
    for channel in range(channels):
        axes.plot(
            signal[:, channel],
            color=colours[channel],
            linewidth=0.8,
            marker="." if length < _SHORT else None,
            markersize=3,
            label=f"channel {channel + 1}",
        )
    axes.tick_params(labelsize=6, length=2)
    axes.spines[["top", "right"]].set_visible(False)
