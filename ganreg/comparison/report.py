"""The report of a comparison, and of whichever a folder holds: a comparison or a run."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from ganreg.comparison.axes import NONE
from ganreg.comparison.effects import Effect, main_effects
from ganreg.comparison.plan import PLAN
from ganreg.comparison.ranking import Ranking, Row, ranked, scores_by_column
from ganreg.comparison.trials import DIVERGED, FAILED, REFUSED, Comparison, Trial
from ganreg.errors import RunError
from ganreg.files.layout import HEALTH, METRICS, RECIPE, RECORD, REPORT, SAMPLES, SAMPLES_FILE
from ganreg.reports.charts import Chart, Series
from ganreg.reports.distributions import Outline, distribution_charts, read_distribution
from ganreg.reports.page import render
from ganreg.reports.pictures import Picture, last_picture
from ganreg.reports.reading import read_columns, read_json_lines, read_table, table
from ganreg.reports.writing import write_html, write_run_report

_SCRIPTS = ("tables.js", "filters.js", "charts.js")
_PICTURE_BYTES = 8_000_000
_MOST_PICTURES = 200
_POINTS, _FEWEST_POINTS, _MOST_POINTS = 150_000, 40, 400
"""Values that the curves of all trials have together, and what one curve of a trial has at least and at most."""


@attrs.frozen(kw_only=True)
class TrialShown:
    """A trial as the page shows it.

    Attributes:
        trial: itself.
        number: its place on the page.
        scores: its values by name.
        picture: its newest picture of samples.
        findings: what the health monitor said.
        label: its alternatives and its seed.
        report: whether it has a report of its own.
    """

    trial: Trial
    number: int
    scores: Mapping[str, float]
    picture: Picture | None
    findings: Sequence[Mapping[str, Any]]
    label: str
    report: bool


@attrs.frozen(kw_only=True)
class EffectChart:
    """An axis, and the chart of its main effects on one score."""

    name: str
    effects: Sequence[Effect]
    chart: int


def write_report(folder: str | Path) -> Path:
    """Writes `report.html` about a run or a comparison: one file that needs no other and no network.

    Args:
        folder: of a run, which may be going on, or of a comparison.

    Returns:
        The file's path.

    Raises:
        RunError: the folder holds neither, or the file cannot be written.
    """
    folder = Path(folder)
    if (folder / PLAN).is_file():
        return write_html(folder, comparison_report(folder))
    if (folder / RECIPE).is_file():
        return write_run_report(folder)
    raise RunError(f"{folder} holds neither a run nor a comparison: there is no {RECIPE} and no {PLAN} in it")


def comparison_report(path: Path) -> str:
    """The HTML of a comparison's report.

    Args:
        path: the comparison's folder; trials may be going on.

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
        plan_text=_text(path / PLAN),
        versions=_versions(trials),
    )


def _commands(path: Path) -> list[tuple[str, str]]:
    """What to type to go on and to do it again; what each does comes first."""
    plan, folder, again = (shlex.quote(str(place)) for place in (path / PLAN, path, f"{path}-again"))
    return [
        ("Go on with it, where it was interrupted", f"ganreg compare --out {folder}"),
        (
            "Do it again, in another folder",
            f"mkdir {again} && cp {plan} {again}/ && ganreg compare --out {again}",
        ),
    ]


def _label(axes: Mapping[str, str]) -> str:
    """A combination's alternatives in one line: `loss hinge, without regularizer, r1:weight=2`."""
    return ", ".join(
        f"without {axis}" if level == NONE else level if level.partition(":")[0] == axis else f"{axis} {level}"
        for axis, level in axes.items()
    )


def _rows(trials: Sequence[Trial]) -> list[TrialShown]:
    share = _PICTURE_BYTES // max(1, min(len(trials), _MOST_PICTURES))
    return [
        TrialShown(
            trial=trial,
            number=number,
            scores={name: score.value for name, score in scores_by_column(trial).items()},
            picture=last_picture(trial.path / SAMPLES, total_bytes=share) if number < _MOST_PICTURES else None,
            findings=read_json_lines(trial.path / HEALTH),
            label=f"{_label(trial.axes)}, seed {trial.seed}",
            report=(trial.path / REPORT).is_file(),
        )
        for number, trial in enumerate(trials)
    ]


def _filtered_by(row: TrialShown) -> dict[str, Any]:
    """What the page's filter looks at."""
    text = " ".join([*row.trial.axes.values(), f"seed {row.trial.seed}", row.trial.state, row.trial.error or ""])
    axes = dict(row.trial.axes) | {"seed": str(row.trial.seed), "state": row.trial.state}
    return {"axes": axes, "text": text.lower()}


def _effects(ranking: Ranking, score: str, charts: list[Chart]) -> list[EffectChart]:
    """The axes' main effects on a score; their charts are added to the page's."""
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
    """For each combination of one-dimensional samples its chart's number and those of its trials."""
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
    """What all trials logged, overlaid: one column at a time, the seeds of a combination in one style."""
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
    """How each score was computed, by its name, and the baseline of the first trial that has it."""
    found: dict[str, Any] = {}
    for trial in trials:
        for name, score in scores_by_column(trial).items():
            found.setdefault(name, score)
    return list(found.items())


def _states(trials: Sequence[Trial]) -> list[tuple[str, int]]:
    states = [trial.state for trial in trials]
    return [(state, states.count(state)) for state in dict.fromkeys(states)]


def _versions(trials: Sequence[Trial]) -> list[tuple[str, str]]:
    """What the trials ran on; all versions of one thing where they differ."""
    found: dict[str, dict[str, None]] = {}
    for trial in trials:
        conditions = table(read_table(trial.path / RECORD).get("conditions"))
        for name, version in table(conditions.get("versions")).items():
            found.setdefault(name, {})[str(version)] = None
    return [(name, ", ".join(versions)) for name, versions in found.items()]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
