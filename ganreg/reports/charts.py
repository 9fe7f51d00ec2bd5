"""What charts show, as plain values: the page draws them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import attrs

from ganreg.reports.reading import Columns, Number

_MOST_POINTS = 3000
"""Rows of `metrics.csv` that a run's curves show; more would be closer than a screen's pixels."""


@attrs.frozen(kw_only=True)
class Series:
    """One line, outline or row of points.

    Attributes:
        label: its name.
        x: numbers.
        y: numbers, `None` for a gap; names for `"points"`.
        style: which colour, dash and symbol it has.
        kind: `"step"` and `"area"` hold from one x to the next; `"points"` lie at x in the row y.
        group: what the legend switches on and off; the label unless given.
        choice: which of a chart's choices it belongs to.
        trial: the number of the trial that it is of.
        error: half the width of the interval around each point.
    """

    label: str
    x: Sequence[float]
    y: Sequence[Number] | Sequence[str]
    style: int = 0
    kind: Literal["line", "step", "area", "points"] = "line"
    group: str = attrs.field(default=attrs.Factory(lambda self: self.label, takes_self=True))
    choice: str = ""
    trial: int | None = None
    error: Sequence[float] | None = None


@attrs.frozen(kw_only=True)
class Chart:
    """Series on common axes.

    Attributes:
        title: what it shows.
        series: what is drawn.
        x_title: what is across.
        y_title: what is up.
        note: a sentence beside the title.
        controls: whether it can be smoothed, cut and put on a logarithmic axis.
        legend: whether it says which line is which.
        height: where the vertical axis ends, which then begins at 0; chosen by the values unless given.
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
        """As the page's script reads it."""
        return attrs.asdict(self)


_LOGS: Sequence[tuple[str, str, Callable[[str], bool]]] = (
    ("Losses", "loss", lambda name: name.endswith("_loss")),
    ("Accuracies of the discriminator", "share judged rightly", lambda name: name.endswith("_accuracy")),
    ("Terms and states of the components", "value", lambda name: "/" in name),
    ("Gradient norms", "norm", lambda name: name.endswith("_gradient_norm")),
    ("Other values", "value", lambda _: True),
)
"""Charts of a run, and which of the engine's logs each shows: those that no chart before it has."""


def training_curves(metrics: Columns) -> list[Chart]:
    """The charts of what a run logged."""
    shown = metrics.thinned(_MOST_POINTS)
    charts, left = [], [name for name, values in metrics.values.items() if any(value is not None for value in values)]
    for title, unit, belongs in _LOGS:
        names = [name for name in left if belongs(name)]
        left = [name for name in left if name not in names]
        if names:
            charts.append(Chart(title=title, y_title=unit, series=_lines(shown, names)))
    return charts


def evaluation_curves(evaluations: Columns, baselines: dict[str, float]) -> list[Chart]:
    """A chart of each score that was computed while the run trained, and the least that it can be expected to be."""
    charts = []
    for name, values in evaluations.values.items():
        if all(value is None for value in values):
            continue
        series = _lines(evaluations, [name])
        if name in baselines and evaluations.iterations:
            ends = [evaluations.iterations[0], evaluations.iterations[-1]]
            label = "two real sets of that size"
            series.append(Series(label=label, x=ends, y=[baselines[name]] * 2, style=6))
        charts.append(Chart(title=name, y_title="score", series=series))
    return charts


def _lines(columns: Columns, names: Sequence[str]) -> list[Series]:
    return [
        Series(label=name, x=columns.iterations, y=columns.values[name], style=number)
        for number, name in enumerate(names)
    ]
