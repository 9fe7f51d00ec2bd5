"""Distributions of one-dimensional samples, drawn over the true one."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from ganreg.reports.charts import Chart, Series

if TYPE_CHECKING:
    from ganreg.data.arrays import Array

_BINS = 80
_MOST_VALUES = 1_000_000
_MOST_TIMES_THE_TRUE_PEAK = 3
"""How much higher than the true density's peak a chart reaches; a generator that has collapsed goes through the top."""


@attrs.frozen(eq=False)
class Distribution:
    """Samples of single numbers.

    Attributes:
        generated: float `[N]`.
        real: float `[M]`.
    """

    generated: Array
    real: Array


def read_distribution(path: Path) -> Distribution | None:
    """Reads a run's `samples.npz`; `None` where there is none, or it is not what runs write."""
    import numpy as np

    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            generated, real = (np.asarray(arrays[name], np.float64).reshape(-1) for name in ("generated", "real"))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    if not 0 < len(generated) <= _MOST_VALUES or not 0 < len(real) <= _MOST_VALUES or not np.isfinite(real).all():
        return None
    return Distribution(generated[np.isfinite(generated)], real)


@attrs.frozen
class Outline:
    """What one line of a chart shows.

    Attributes:
        label: its name.
        distribution: whose generated samples it is of.
        style: its colour and dash.
        trial: the number of the trial, for charts that can be filtered.
    """

    label: str
    distribution: Distribution
    style: int = 0
    trial: int | None = None


def distribution_charts(drawn: Mapping[str, Sequence[Outline]]) -> list[Chart]:
    """Draws densities over the true one, all charts to the same height.

    Args:
        drawn: by the chart's title; the real samples of a chart are those of its first.
    """
    charts = [_chart(title, outlines) for title, outlines in drawn.items()]
    peaks = [_peak(line) for chart in charts for line in chart.series]
    true_peaks = [_peak(chart.series[0]) for chart in charts]
    height = min(max(peaks, default=1.0), _MOST_TIMES_THE_TRUE_PEAK * max(true_peaks, default=1.0))
    return [attrs.evolve(chart, height=1.05 * height) for chart in charts]


def _chart(title: str, outlines: Sequence[Outline]) -> Chart:
    import numpy as np

    real = outlines[0].distribution.real
    least, greatest = _range(real)
    edges = np.linspace(least, greatest, _BINS + 1)
    series = [Series(label="real", x=edges.tolist(), y=_density(real, edges), kind="area")]
    outside = 0.0
    for outline in outlines:
        values = outline.distribution.generated
        outside = max(outside, float(((values < least) | (values > greatest)).mean()) if len(values) else 1.0)
        series.append(
            Series(
                label=outline.label,
                x=edges.tolist(),
                y=_density(values, edges),
                kind="step",
                style=outline.style,
                trial=outline.trial,
            )
        )
    return Chart(
        title=title,
        series=series,
        x_title="value",
        y_title="density",
        note=f"up to {outside:.1%} of the samples lie outside of what is shown" if outside >= 0.001 else "",
        controls=False,
    )


def _peak(line: Series) -> float:
    return max(value for value in line.y if isinstance(value, float))


def _range(real: Array) -> tuple[float, float]:
    """From a quarter of their width left of the true values to as much right of them."""
    least, greatest = float(real.min()), float(real.max())
    margin = 0.25 * (greatest - least) or 0.5
    return least - margin, greatest + margin


def _density(values: Array, edges: Array) -> list[float | None]:
    """The share of the values in each bin by its width; the last stands twice, as steps need it."""
    import numpy as np

    counts, _ = np.histogram(values, edges)
    density = counts / max(len(values), 1) / np.diff(edges)
    return [round(float(value), 6) for value in (*density, density[-1])]
