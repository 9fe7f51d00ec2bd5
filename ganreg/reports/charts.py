"""The content of charts as plain values, which the scripts of a page draw."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal

import attrs

from ganreg.reports.reading import Columns, Number

_MOST_POINTS = 3000
"""The largest number of rows of `metrics.csv` in a run's curves; more would exceed the resolution of a screen."""


@attrs.frozen(kw_only=True)
class Series:
    """One line, outline or row of points.

    Attributes:
        label: its name.
        x: numbers, or dates as text; names for `"bar"` and `"heat"`.
        y: numbers, with `None` for a gap; names for `"points"` and `"heat"`.
        style: the number of its colour, dash and symbol.
        kind: `"step"` and `"area"` are constant from one x to the next; `"points"` lie at x in the row y; `"bar"` has a
            bar for each name; `"heat"` has a coloured cell for each two names.
        group: the entry of the legend that shows and hides it. Defaults to the label.
        choice: the entry of the chart's menu that it belongs to.
        trial: the number of the trial that it belongs to.
        error: half the width of the interval around each point.
        matrix: for `"heat"`, the number of each cell, in rows; `None` for an empty one.
    """

    label: str
    x: Sequence[float] | Sequence[str] | Sequence[str | float]
    y: Sequence[Number] | Sequence[str]
    style: int = 0
    kind: Literal["line", "step", "area", "points", "bar", "heat"] = "line"
    group: str = attrs.field(default=attrs.Factory(lambda self: self.label, takes_self=True))
    choice: str = ""
    trial: int | None = None
    error: Sequence[float] | None = None
    matrix: Sequence[Sequence[Number]] | None = None


@attrs.frozen(kw_only=True)
class Chart:
    """Series on common axes.

    Attributes:
        title: the chart's title.
        series: the series that it draws.
        x_title: the title of the horizontal axis.
        y_title: the title of the vertical axis.
        note: a sentence next to the title.
        controls: whether it has controls for smoothing, the range of iterations and a logarithmic axis.
        legend: whether it has a legend.
        height: the upper end of the vertical axis, which then starts at 0. Defaults to a range that fits the values.
    """

    title: str
    series: Sequence[Series]
    x_title: str = "iteration"
    y_title: str = ""
    note: str = ""
    controls: bool = True
    legend: bool = True
    height: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The chart in the form that the page's script reads."""
        return attrs.asdict(self)


_LOGS: Sequence[tuple[str, str, Callable[[str], bool]]] = (
    ("Losses", "loss", lambda name: name.endswith("_loss")),
    ("Discriminator accuracy", "fraction classified correctly", lambda name: name.endswith("_accuracy")),
    ("Terms and state of components", "value", lambda name: "/" in name),
    ("Gradient norms", "norm", lambda name: name.endswith("_gradient_norm")),
    ("Other values", "value", lambda _: True),
)
"""The title, unit and logs of each chart of a run; a log belongs to the first chart that matches its name."""


def training_curves(metrics: Columns) -> list[Chart]:
    """Returns the charts of the values that a run logged."""
    shown = metrics.thinned(_MOST_POINTS)
    charts, left = [], [name for name, values in metrics.values.items() if any(value is not None for value in values)]
    for title, unit, belongs in _LOGS:
        names = [name for name in left if belongs(name)]
        left = [name for name in left if name not in names]
        if names:
            charts.append(Chart(title=title, y_title=unit, series=_lines(shown, names)))
    return charts


def evaluation_curves(
    evaluations: Columns, baselines: Mapping[str, float], of_sources: Collection[str] = ()
) -> list[Chart]:
    """Returns a chart of each score that was computed during training, with its baseline.

    Args:
        evaluations: the scores by name.
        baselines: the baselines that are known, by the name of the score.
        of_sources: the names of the scores whose baseline is that of sources instead of real samples.
    """
    charts = []
    for name, values in evaluations.values.items():
        if all(value is None for value in values):
            continue
        series = _lines(evaluations, [name])
        if name in baselines and evaluations.iterations:
            ends = [evaluations.iterations[0], evaluations.iterations[-1]]
            label = "baseline (sources)" if name in of_sources else "baseline (real against real)"
            series.append(Series(label=label, x=ends, y=[baselines[name]] * 2, style=6))
        charts.append(Chart(title=name, y_title="score", series=series))
    return charts


def _lines(columns: Columns, names: Sequence[str]) -> list[Series]:
    return [
        Series(label=name, x=columns.iterations, y=columns.values[name], style=number)
        for number, name in enumerate(names)
    ]
