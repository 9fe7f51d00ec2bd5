"""The report of a run."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from ganreg.contract.recipes import flattened
from ganreg.contract.specs import Spec
from ganreg.errors import SpecError
from ganreg.files.layout import COLUMNS, EVALUATION, EVALUATIONS, HEALTH, METRICS, RECIPE, RECORD, SAMPLES, SAMPLES_FILE
from ganreg.reports.charts import Chart, evaluation_curves, training_curves
from ganreg.reports.columns import read_comparison
from ganreg.reports.distributions import Outline, distribution_charts, read_distribution
from ganreg.reports.page import render
from ganreg.reports.reading import (
    Columns,
    Number,
    finite,
    read_columns,
    read_json,
    read_json_lines,
    read_lenient_text,
    read_table,
    spaced,
    table,
)
from ganreg.reports.sample_grids import SampleGrid, sample_grids

_GRIDS, _GRID_BYTES = 40, 6_000_000
_ROWS = 100
_SCRIPTS = ("samples.js", "tables.js", "charts.js")
_ADDED_TO_THE_RECIPE = ("data", "plugins")


@attrs.frozen(kw_only=True)
class RunFolder:
    """The readable content of a run's folder.

    Attributes:
        path: the folder.
        recipe: the recipe as plain values, with the tables `data` and `plugins`.
        record: `run.toml` as plain values.
        metrics: `metrics.csv`.
        evaluations: `evaluations.csv`.
        scores: the scores of the last `ganreg evaluate`, one mapping each.
        findings: the findings of the health monitor.
    """

    path: Path
    recipe: Mapping[str, Any]
    record: Mapping[str, Any]
    metrics: Columns
    evaluations: Columns
    scores: Sequence[Mapping[str, Any]]
    findings: Sequence[Mapping[str, Any]]

    @classmethod
    def read(cls, path: Path, *, most: int | None = None) -> RunFolder:
        """Reads a folder; missing or damaged files are left out.

        Args:
            path: the folder.
            most: the largest number of bytes that are read of each file. Defaults to the limit of its format.
        """
        limit = {} if most is None else {"most": most}
        return cls(
            path=path,
            recipe=read_table(path / RECIPE, **limit),
            record=read_table(path / RECORD, **limit),
            metrics=read_columns(path / METRICS, **limit),
            evaluations=read_columns(path / EVALUATIONS, **limit),
            scores=_scores(read_json(path / EVALUATION, **limit)),
            findings=read_json_lines(path / HEALTH, **limit),
        )

    @property
    def name(self) -> str:
        """The recipe's name."""
        return str(self.recipe.get("name") or self.path.name)

    @property
    def done(self) -> int:
        """The number of iterations that are known to be done."""
        last = self.metrics.iterations[-1] if self.metrics.iterations else 0
        return int(finite(table(self.record.get("result")).get("iterations")) or last)

    @property
    def planned(self) -> int:
        """The number of iterations that were requested."""
        return int(finite(table(self.record.get("plan")).get("steps")) or finite(self.recipe.get("steps")) or 0)

    @property
    def finished(self) -> bool:
        """Whether the run has done its iterations."""
        return bool(table(self.record.get("result")))

    @property
    def scores_are_old(self) -> bool:
        """Whether the training continued after the last evaluation."""
        return any((finite(score.get("iteration")) or self.done) < self.done for score in self.scores)

    def commands(self) -> list[tuple[str, str]]:
        """Returns the commands that resume, repeat and verify the run, each after a description."""
        folder, execution = str(self.path), table(self.record.get("execution"))
        again = ["ganreg", "train", str(self.path / RECIPE), "--out", f"{folder}-again"]
        again += self._dataset_with_text()
        for option, key in (("--execution", "mode"), ("--updates-per-call", "updates_per_call")):
            if key in execution:
                again += [option, str(execution[key])]
        found = [] if self.finished else [("Resume the run", f"ganreg resume {shlex.quote(folder)}")]
        found.append(("Train again in another folder", shlex.join(again)))
        steps = finite(self.recipe.get("steps"))
        if self.finished and steps is not None and self.planned > steps:
            further = ["ganreg", "resume", f"{folder}-again", "--steps", str(self.planned)]
            found.append(("Then continue beyond the recipe's steps", shlex.join(further)))
        if self.finished:
            found.append(("Train again and compare the results bit for bit", f"ganreg verify {shlex.quote(folder)}"))
        return found

    def _dataset_with_text(self) -> list[str]:
        """The `--dataset` option if a parameter is text: it may be a path that a recipe file may not name."""
        dataset = table(self.recipe.get("dataset"))
        if not any(isinstance(value, str) for key, value in dataset.items() if key != "name"):
            return []
        try:
            return ["--dataset", str(Spec.of(dataset))]
        except SpecError:
            return []


def _scores(value: Any) -> list[dict[str, Any]]:
    """Returns the scores in `evaluation.json`, a list of tables or a table with such a list; skips anything else."""
    if isinstance(value, dict):
        value = value.get("scores")
    return [score for score in value if isinstance(score, dict)] if isinstance(value, list) else []


def run_report(path: Path) -> str:
    """Returns the HTML of a run's report.

    Args:
        path: the run's folder; the run may be unfinished or have crashed.
    """
    run = RunFolder.read(path)
    grids = sample_grids(path / SAMPLES, limit=_GRIDS, total_bytes=_GRID_BYTES)
    charts = training_curves(run.metrics)
    baselines = {
        str(score.get("name")): baseline
        for score in run.scores
        if (baseline := finite(score.get("baseline"))) is not None
    }
    of_sources = [str(score.get("name")) for score in run.scores if score.get("baseline_of") == "sources"]
    evaluated = evaluation_curves(run.evaluations, baselines, of_sources)
    distribution = read_distribution(path / SAMPLES_FILE)
    outlines = [] if distribution is None else [Outline("generated", distribution)]
    drawn = distribution_charts({"Distribution of the final samples": outlines} if outlines else {})
    columns = read_comparison(path / COLUMNS)
    of_columns = [] if columns is None else [*columns.charts, *([columns.heat] if columns.heat else [])]
    before = len(charts) + len(evaluated) + len(drawn)
    return render(
        "run.html",
        _SCRIPTS,
        _data(grids, [*charts, *evaluated, *drawn, *of_columns]),
        run=run,
        grids=grids,
        facts=_facts(run),
        curves=list(enumerate(charts)),
        evaluated=list(enumerate(evaluated, start=len(charts))),
        drawn=list(enumerate(drawn, start=len(charts) + len(evaluated))),
        columns=columns,
        column_charts=before,
        summary=[(name, summary(values)) for name, values in run.metrics.values.items()],
        rows=_rows(run.metrics),
        evaluation_rows=_rows(run.evaluations),
        of_sources=of_sources,
        settings={
            key: value for key, value in flattened(run.recipe).items() if key.split(".")[0] not in _ADDED_TO_THE_RECIPE
        },
        recipe_text=read_lenient_text(path / RECIPE),
        versions=_versions(run),
        fingerprint=table(table(run.record.get("conditions")).get("data")).get("fingerprint"),
        changes=_changes(run.record.get("changes")),
        commands=run.commands(),
        unwatched=table(run.record.get("plan")).get("health") == "off",
    )


def _data(grids: Sequence[SampleGrid], charts: Sequence[Chart]) -> dict[str, Any]:
    return {
        "grids": [{"iteration": grid.iteration, "uri": grid.uri} for grid in grids],
        "charts": [chart.as_json() for chart in charts],
    }


def summary(values: Sequence[Number]) -> dict[str, Number]:
    """Returns the first, last, smallest and largest value of a column."""
    present = [value for value in values if value is not None]
    if not present:
        return dict.fromkeys(("first", "last", "minimum", "maximum"))
    return {"first": present[0], "last": present[-1], "minimum": min(present), "maximum": max(present)}


def _rows(columns: Columns) -> list[list[Number]]:
    kept = spaced(len(columns.iterations), _ROWS)
    return [[columns.iterations[row], *(values[row] for values in columns.values.values())] for row in kept]


def _facts(run: RunFolder) -> list[tuple[str, str]]:
    """The facts at the top of the page, in addition to the state."""
    result, execution = table(run.record.get("result")), table(run.record.get("execution"))
    conditions = table(run.record.get("conditions"))
    data = table(conditions.get("data"))
    facts = [("Iterations", f"{run.done:,} of {run.planned:,}")]
    seconds = finite(result.get("seconds"))
    if seconds is not None:
        facts.append(("Training time", f"{seconds:,.1f} s"))
    if execution:
        facts.append(("Execution", f"{execution.get('mode')}, {execution.get('updates_per_call')} updates a call"))
    if "threads" in conditions:
        facts.append(("Threads", str(conditions["threads"])))
    if "samples" in data:
        facts.append(("Real samples", str(data["samples"])))
    if run.scores:
        first, value = run.scores[0], finite(run.scores[0].get("value"))
        facts.append((str(first.get("name")), "–" if value is None else f"{value:.5g}"))
    return facts


def _versions(run: RunFolder) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Returns the versions of the core and the libraries, and those of the plugins."""
    all_of_them = table(table(run.record.get("conditions")).get("versions")) or table(run.recipe.get("plugins"))
    core = ("python", "numpy", "tensorflow", "keras", "ganreg")
    libraries = [(name, str(all_of_them[name])) for name in core if name in all_of_them]
    return libraries, [(name, str(version)) for name, version in all_of_them.items() if name not in core]


def _changes(value: Any) -> list[str]:
    """Describes the changed conditions under which the run was continued, one line each."""
    changes = [change for change in value if isinstance(change, dict)] if isinstance(value, list) else []
    return [
        f"From iteration {change.get('iteration')}: {'; '.join(map(str, what))}"
        for change in changes
        if isinstance(what := change.get("what"), list)
    ]
