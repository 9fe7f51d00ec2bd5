"""Writes the report of a search: standings, history, importances, samples, and what was tried and failed."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from ganreg.files.folders import refuse_links
from ganreg.files.layout import REPORT, SAMPLES
from ganreg.reports.charts import Chart, Series
from ganreg.reports.page import render
from ganreg.reports.reading import read_lenient_text
from ganreg.reports.sample_grids import SampleGrid, last_sample_grid
from ganreg.reports.writing import write_html
from ganreg.searching.driving import read_state
from ganreg.searching.plan import SEARCH
from ganreg.searching.results import BEST, SearchResult
from ganreg.searching.trials import SearchTrial

_SCRIPTS = ("tables.js", "charts.js")
_GRIDS, _GRID_BYTES = 12, 4_000_000
_IMPORTANT = 12
"""The number of choices whose importance is drawn."""


@attrs.frozen(kw_only=True)
class TrialShown:
    """A trial as the page shows it.

    Attributes:
        trial: the trial.
        value: its best value; `None` if it has none.
        steps: the steps after which it had that value, or all that it has done.
        grid: its newest sample grid, for the best trials.
        report: the path of its own report in the search's folder; empty if there is none.
    """

    trial: SearchTrial
    value: float | None
    steps: int
    grid: SampleGrid | None
    report: str


def write_search_report(folder: Path) -> Path:
    """Writes `report.html` about a search, a single file that needs no network.

    Args:
        folder: the search's folder, which may still be in progress.

    Returns:
        The path of the file.

    Raises:
        RunError: the folder contains no search, a link leads out of it, or the file cannot be written.
    """
    refuse_links(folder, "the search's folder", special=False)
    return write_html(folder, search_report(folder))


def search_report(folder: Path) -> str:
    """Returns the HTML of a search's report.

    Raises:
        RunError: the folder contains no search, or a file of it is damaged.
    """
    result = SearchResult.read(folder)
    rows = _rows(result)
    importances = _importances(read_state(folder).get("importances"))
    charts = [chart for chart in (_history(result), _curves(result), _bars(importances)) if chart is not None]
    scored = [row for row in rows if row.value is not None]
    return render(
        "search.html",
        _SCRIPTS,
        {"charts": [chart.as_json() for chart in charts]},
        result=result,
        rows=rows,
        scored=scored,
        failed=[row for row in rows if row.value is None],
        charts=charts,
        states=_states(result.trials),
        seconds=sum(trial.seconds for trial in result.trials),
        commands=_commands(result) if scored else [],
        best_text=read_lenient_text(folder / BEST),
        plan_text=read_lenient_text(folder / SEARCH),
    )


def _rows(result: SearchResult) -> list[TrialShown]:
    return [
        TrialShown(
            trial=trial,
            value=result.value_of(trial),
            steps=result.steps_of(trial),
            grid=last_sample_grid(trial.path / SAMPLES, total_bytes=_GRID_BYTES // _GRIDS) if place < _GRIDS else None,
            report=f"{trial.path.parent.name}/{trial.path.name}/{REPORT}" if (trial.path / REPORT).is_file() else "",
        )
        for place, trial in enumerate(result.ranking)
    ]


def _history(result: SearchResult) -> Chart | None:
    """The value of each trial in the order in which they began, and the best so far."""
    found = [(trial.number, value) for trial in result.trials if (value := result.value_of(trial)) is not None]
    if not found:
        return None
    best: list[float] = []
    for _, value in found:
        better = min if result.plan.lower_is_better else max
        best.append(better([*best[-1:], value]))
    numbers = [number for number, _ in found]
    series = [
        Series(label="trial", x=numbers, y=[value for _, value in found], style=1),
        Series(label="best so far", x=numbers, y=best, style=0, kind="step"),
    ]
    direction = "lower" if result.plan.lower_is_better else "higher"
    return Chart(
        title="History",
        series=series,
        x_title="trial",
        y_title=result.metric,
        note=f"{direction} is better",
        controls=False,
    )


def _curves(result: SearchResult) -> Chart | None:
    """The evaluations of all trials over the time that they trained."""
    series = [
        Series(
            label=f"{trial.number} {trial.base}",
            x=[point.seconds for point in trial.points],
            y=[point.value for point in trial.points],
            style=number,
        )
        for number, trial in enumerate(trial for trial in result.ranking if len(trial.points) > 1)
    ]
    if not series:
        return None
    return Chart(
        title="Evaluations during training",
        series=series,
        x_title="seconds of training",
        y_title=result.metric,
        note="trials that were evaluated more than once",
        controls=False,
    )


def _importances(found: Any) -> Mapping[str, float]:
    if not isinstance(found, dict):
        return {}
    return {str(name): share for name, share in found.items() if isinstance(share, (int, float))}


def _bars(importances: Mapping[str, float]) -> Chart | None:
    if not importances:
        return None
    shown = dict(list(importances.items())[:_IMPORTANT])
    return Chart(
        title="Importances",
        series=[Series(label="importance", x=list(shown), y=list(shown.values()), kind="bar")],
        x_title="",
        y_title="share",
        note="how much each choice of all trials explains of the differences at the first evaluation (PED-ANOVA)",
        controls=False,
        legend=False,
    )


def _states(trials: Sequence[SearchTrial]) -> list[tuple[str, int]]:
    states = [trial.state for trial in trials]
    return [(state, states.count(state)) for state in dict.fromkeys(states)]


def _commands(result: SearchResult) -> list[tuple[str, str]]:
    """Returns the commands that use the best combination, each preceded by what it does."""
    return [
        ("Train the best combination again", result.command()),
        ("Generate samples with the trial's generator", f"ganreg sample {shlex.quote(str(result.best.path))}"),
        ("Train the trial further", f"ganreg resume {shlex.quote(str(result.best.path))}"),
    ]
