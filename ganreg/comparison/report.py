"""Writes the report of a comparison, or of whatever a folder contains: a comparison or a run."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from ganreg.comparison.axes import NONE
from ganreg.comparison.effects import Effect, main_effects
from ganreg.comparison.explaining import how_tested, what_would_tell
from ganreg.comparison.plan import PLAN
from ganreg.comparison.ranking import Ranking, Row, ranked, scores_by_column
from ganreg.comparison.trials import DIVERGED, FAILED, REFUSED, Comparison, Trial
from ganreg.errors import RunError
from ganreg.files.folders import refuse_links
from ganreg.files.layout import HEALTH, METRICS, RECIPE, RECORD, REPORT, SAMPLES, SAMPLES_FILE
from ganreg.reports.charts import Chart, Series
from ganreg.reports.distributions import Outline, distribution_charts, read_distribution
from ganreg.reports.page import render
from ganreg.reports.reading import read_columns, read_json_lines, read_lenient_text, read_table, table
from ganreg.reports.sample_grids import SampleGrid, last_sample_grid
from ganreg.reports.writing import write_html, write_run_report

_SCRIPTS = ("tables.js", "filters.js", "charts.js")
_GRID_BYTES = 8_000_000
_MOST_GRIDS = 200
_POINTS, _FEWEST_POINTS, _MOST_POINTS = 150_000, 40, 400
"""The number of points of all curves together, and the smallest and largest number of one curve."""


@attrs.frozen(kw_only=True)
class TrialShown:
    """A trial as the page shows it.

    Attributes:
        trial: the trial.
        number: its place on the page, from 0.
        scores: its scores by column.
        grid: its newest sample grid, if there is one.
        findings: the findings of the health monitor.
        label: its alternatives and its seed.
        report: whether there is a report of the trial.
    """

    trial: Trial
    number: int
    scores: Mapping[str, float]
    grid: SampleGrid | None
    findings: Sequence[Mapping[str, Any]]
    label: str
    report: bool


@attrs.frozen(kw_only=True)
class EffectChart:
    """The main effects of one axis on one score.

    Attributes:
        name: the name of the axis.
        effects: the effects of its alternatives.
        chart: the number of the chart that shows them.
    """

    name: str
    effects: Sequence[Effect]
    chart: int


def write_report(folder: str | Path) -> Path:
    """Writes `report.html` about a run or a comparison, a single file that needs no network.

    Args:
        folder: the folder of a run or a comparison, which may still be in progress.

    Returns:
        The path of the file.

    Raises:
        RunError: the folder contains neither, a link leads out of it, or the file cannot be written.
    """
    folder = Path(folder)
    if (folder / PLAN).is_file():
        refuse_links(folder, "the comparison's folder", special=False)
        return write_html(folder, comparison_report(folder))
    if (folder / RECIPE).is_file():
        return write_run_report(folder)
    raise RunError(f"{folder} holds neither a run nor a comparison: there is no {RECIPE} and no {PLAN} in it")


def comparison_report(path: Path) -> str:
    """Returns the HTML of a comparison's report.

    Args:
        path: the comparison's folder; trials may still be in progress.

    Raises:
        RunError: a file of the comparison is damaged.
    """
    comparison = Comparison.read(path)
    trials, ranking = comparison.trials, ranked(comparison.trials)
    rows = _rows(trials)
    charts: list[Chart] = []
    effects = {score: _effects(ranking, score, charts) for score in ranking.columns}
    drawn = _distributions(ranking.rows, comparison.plan.seeds, charts)
    curves = _curves(ranking.rows)
    if curves is not None:
        charts.append(curves)
    levels: dict[str, dict[str, None]] = {}
    for trial in trials:
        for axis, level in trial.axes.items():
            levels.setdefault(axis, {})[level] = None
    return render(
        "comparison.html",
        _SCRIPTS,
        {"charts": [chart.as_json() for chart in charts], "trials": [_filtered_by(row) for row in rows]},
        comparison=comparison,
        ranking=ranking,
        tested=how_tested(ranking),
        telling=what_would_tell(ranking),
        rows=rows,
        how_scores=_how_scores(trials),
        states=_states(trials),
        levels={axis: list(found) for axis, found in levels.items()},
        effects={score: axes for score, axes in effects.items() if axes},
        drawn=drawn,
        curves=None if curves is None else len(charts) - 1,
        label=_label,
        ill=[row for row in rows if row.trial.state in (FAILED, DIVERGED, REFUSED)],
        watched=[row for row in rows if row.findings or row.trial.warnings],
        seconds=sum(trial.seconds for trial in trials),
        commands=_commands(path),
        plan_text=read_lenient_text(path / PLAN),
        versions=_versions(trials),
    )


def _commands(path: Path) -> list[tuple[str, str]]:
    """Returns the commands that resume and repeat the comparison, each preceded by what it does."""
    plan, folder, again = (shlex.quote(str(place)) for place in (path / PLAN, path, f"{path}-again"))
    return [
        ("Resume the comparison", f"ganreg compare --out {folder}"),
        (
            "Repeat it in another folder",
            f"mkdir {again} && cp {plan} {again}/ && ganreg compare --out {again}",
        ),
    ]


def _label(axes: Mapping[str, str]) -> str:
    """Returns the alternatives of a combination in one line: `loss hinge, without regularizer, r1:weight=2`."""
    return ", ".join(
        f"without {axis}" if level == NONE else level if level.partition(":")[0] == axis else f"{axis} {level}"
        for axis, level in axes.items()
    )


def _rows(trials: Sequence[Trial]) -> list[TrialShown]:
    share = _GRID_BYTES // max(1, min(len(trials), _MOST_GRIDS))
    return [
        TrialShown(
            trial=trial,
            number=number,
            scores={name: score.value for name, score in scores_by_column(trial).items()},
            grid=last_sample_grid(trial.path / SAMPLES, total_bytes=share) if number < _MOST_GRIDS else None,
            findings=read_json_lines(trial.path / HEALTH),
            label=f"{_label(trial.axes)}, seed {trial.seed}",
            report=(trial.path / REPORT).is_file(),
        )
        for number, trial in enumerate(trials)
    ]


def _filtered_by(row: TrialShown) -> dict[str, Any]:
    """Returns what the filter of the page searches."""
    text = " ".join([*row.trial.axes.values(), f"seed {row.trial.seed}", row.trial.state, row.trial.error or ""])
    axes = dict(row.trial.axes) | {"seed": str(row.trial.seed), "state": row.trial.state}
    return {"axes": axes, "text": text.lower()}


def _effects(ranking: Ranking, score: str, charts: list[Chart]) -> list[EffectChart]:
    """Returns the main effects of all axes on a score, and adds their charts to those of the page."""
    axes = []
    for axis, effects in main_effects(ranking.rows, score).items():
        points = Series(
            label=axis,
            x=[effect.mean for effect in effects],
            y=[effect.level for effect in effects],
            kind="points",
            error=[effect.error or 0.0 for effect in effects],
        )
        title = f"Effect of {axis} on {score}"
        charts.append(Chart(title=title, series=[points], x_title=score, controls=False, legend=False))
        axes.append(EffectChart(name=axis, effects=effects, chart=len(charts) - 1))
    return axes


def _distributions(
    combinations: Sequence[Row], seeds: Sequence[int], charts: list[Chart]
) -> list[tuple[Row, int, list[int]]]:
    """Returns each combination of one-dimensional samples with the number of its chart and those of its trials."""
    outlines: dict[int, list[Outline]] = {}
    for place, combination in enumerate(combinations):
        for trial in combination.trials:
            found = read_distribution(trial.path / SAMPLES_FILE)
            if found is not None:
                style = seeds.index(trial.seed)
                outline = Outline(f"seed {trial.seed}", found, style=style, trial=trial.number)
                outlines.setdefault(place, []).append(outline)
    first = len(charts)
    charts += distribution_charts({_label(combinations[place].axes): found for place, found in outlines.items()})
    return [
        (combinations[place], first + number, [outline.trial for outline in found if outline.trial is not None])
        for number, (place, found) in enumerate(outlines.items())
    ]


def _curves(combinations: Sequence[Row]) -> Chart | None:
    """Returns a chart of what all trials logged, one column at a time; the seeds of a combination share a style."""
    metrics = {
        trial.number: read_columns(trial.path / METRICS) for combination in combinations for trial in combination.trials
    }
    curves = sum(len(columns.values) for columns in metrics.values())
    limit = min(_MOST_POINTS, max(_FEWEST_POINTS, _POINTS // max(1, curves)))
    shown = {number: columns.thinned(limit) for number, columns in metrics.items()}
    series = [
        Series(
            label=f"{_label(combination.axes)}, seed {trial.seed}",
            group=_label(combination.axes),
            x=shown[trial.number].iterations,
            y=shown[trial.number].values[name],
            style=style,
            choice=name,
            trial=trial.number,
        )
        for name in dict.fromkeys(name for columns in shown.values() for name in columns.values)
        for style, combination in enumerate(combinations)
        for trial in combination.trials
        if any(value is not None for value in shown[trial.number].values.get(name, ()))
    ]
    if not series:
        return None
    longest = max(len(columns.iterations) for columns in metrics.values())
    note = f"{limit} of up to {longest} rows of each trial" if longest > limit else ""
    return Chart(title="Training curves of all trials", series=series, note=note)


def _how_scores(trials: Sequence[Trial]) -> list[tuple[str, Any]]:
    """Returns each column with the score of the first trial that has it, which says how it was computed."""
    found: dict[str, Any] = {}
    for trial in trials:
        for name, score in scores_by_column(trial).items():
            found.setdefault(name, score)
    return list(found.items())


def _states(trials: Sequence[Trial]) -> list[tuple[str, int]]:
    states = [trial.state for trial in trials]
    return [(state, states.count(state)) for state in dict.fromkeys(states)]


def _versions(trials: Sequence[Trial]) -> list[tuple[str, str]]:
    """Returns the versions that the trials used; several of a library if they differ."""
    found: dict[str, dict[str, None]] = {}
    for trial in trials:
        conditions = table(read_table(trial.path / RECORD).get("conditions"))
        for name, version in table(conditions.get("versions")).items():
            found.setdefault(name, {})[str(version)] = None
    return [(name, ", ".join(versions)) for name, versions in found.items()]
