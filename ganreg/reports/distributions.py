"""Charts of the distribution of one-dimensional samples, drawn over that of the real samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from ganreg.files.arrays import read_arrays
from ganreg.files.opening import UnreadableError
from ganreg.reports.charts import Chart, Series

if TYPE_CHECKING:
    from ganreg.data.arrays import Array

_BINS = 80
_MOST_VALUES = 1_000_000
_GREATEST, _LEAST_MARGIN = 1e300, 1e-250
"""Larger values are not drawn, because their differences may not be finite; nor are the densities of smaller ones."""
_MOST_TIMES_THE_TRUE_PEAK = 3
"""Limits a chart's height to this multiple of the real density's peak; a collapsed generator's peak is cut off."""


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
    """Reads a run's `samples.npz`; returns `None` if it is missing or malformed."""
    import numpy as np

    try:
        arrays = read_arrays(path, ("generated", "real"), within=path.parent, most=8 * _MOST_VALUES)
        with np.errstate(over="ignore"):  # what is beyond the range of floats becomes infinite and is left out
            generated, real = (np.asarray(array, np.float64).reshape(-1) for array in arrays.values())
    except (UnreadableError, ValueError, TypeError):
        return None
    if not 0 < len(generated) <= _MOST_VALUES or not 0 < len(real) <= _MOST_VALUES or not np.isfinite(real).all():
        return None
    if max(abs(real.min()), abs(real.max())) > _GREATEST:
        return None
    return Distribution(generated[np.isfinite(generated)], real)


@attrs.frozen
class Outline:
    """One line of a chart.

    Attributes:
        label: its name.
        distribution: holds the generated samples whose density it shows.
        style: the number of its colour and dash.
        trial: the number of the trial, for charts that can be filtered.
    """

    label: str
    distribution: Distribution
    style: int = 0
    trial: int | None = None


def distribution_charts(drawn: Mapping[str, Sequence[Outline]]) -> list[Chart]:
    """Draws the densities of generated samples over that of real samples; all charts have the same height.

    Args:
        drawn: the outlines of each chart by its title; the real samples are those of a chart's first outline.
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
        note=f"up to {outside:.1%} of the samples lie outside the range shown" if outside >= 0.001 else "",
        controls=False,
    )


def _peak(line: Series) -> float:
    return max(value for value in line.y if isinstance(value, float))


def _range(real: Array) -> tuple[float, float]:
    """The range of the real values, widened by a quarter of its width on each side."""
    least, greatest = float(real.min()), float(real.max())
    # Where the values are nearly the same, the bins must still differ.
    margin = max(0.25 * (greatest - least), 1e-9 * max(abs(least), abs(greatest)))
    margin = margin if margin > _LEAST_MARGIN else 0.5
    return least - margin, greatest + margin


def _density(values: Array, edges: Array) -> list[float | None]:
    """The share of the values in each bin divided by its width; step charts need the last one twice."""
    import numpy as np

    counts, _ = np.histogram(values, edges)
    density = counts / max(len(values), 1) / np.diff(edges)
    return [round(float(value), 6) for value in (*density, density[-1])]
