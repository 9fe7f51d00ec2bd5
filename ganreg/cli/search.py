"""`ganreg search`."""

from __future__ import annotations

import shlex
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ganreg.cli.compare import ending_as_by_ctrl_c
from ganreg.cli.kinds import component_option
from ganreg.cli.plugin_files import plugin_option
from ganreg.cli.sections import SectionedCommand, option_in
from ganreg.cli.streams import echo, echo_json
from ganreg.cli.tables import echo_table
from ganreg.cli.tensorflow import warnings_as_lines

if TYPE_CHECKING:
    from ganreg.searching.results import SearchResult
    from ganreg.searching.trials import SearchTrial

_BUDGET, _EVALUATION, _PROCESSES = "Budget", "Evaluation", "Processes and output"
_SHOWN = 10
"""The number of trials in the table."""
_WIDTH = 120
"""The number of characters of a combination in the table."""
_at_least_1 = click.IntRange(min=1)


@click.command(cls=SectionedCommand)
@click.argument("recipes", nargs=-1, metavar="[RECIPE]...")
@component_option("dataset", "dataset", section="Data", required=True, help="Search for this dataset.")
@option_in(_BUDGET)(
    "--minutes", type=float, metavar="M", help="Take M minutes for everything, including earlier calls for the folder."
)
@option_in(_BUDGET)("--trials", type=int, metavar="N", help="Train N combinations, including those of earlier calls.")
@option_in(_BUDGET)(
    "--steps",
    type=_at_least_1,
    metavar="N",
    help="Train each for N iterations at most. Defaults to its recipe's number.",
)
@option_in(_EVALUATION)(
    "--objective",
    metavar="METRIC",
    help="Search by this metric, or by this score of one. Defaults to the primary metric for the data.",
)
@component_option(
    "extractor",
    "features",
    section=_EVALUATION,
    help="Compute the metric on the features of this extractor. Defaults to the one that suits the data.",
)
@option_in(_EVALUATION)(
    "--samples",
    type=_at_least_1,
    metavar="N",
    help="Evaluate N generated samples. Defaults to a number that suits the data, at most 2,000.",
)
@option_in(_PROCESSES)(
    "--jobs", type=_at_least_1, metavar="N", help="Train N combinations at a time. Defaults to the number of cores."
)
@option_in(_PROCESSES)(
    "--seed", type=click.IntRange(min=0), default=0, metavar="S", help="Random seed of the search. Defaults to 0."
)
@option_in(_PROCESSES)(
    "--sampler",
    type=click.Choice(["tpe", "random"]),
    default="tpe",
    help="Learn from earlier trials (tpe, the default), or suggest at random.",
)
@option_in(_PROCESSES)(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write the search to this folder. Defaults to one in runs/ that the same command finds again.",
)
@option_in(_PROCESSES)("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@plugin_option
def search(
    recipes: tuple[str, ...],
    dataset: str,
    minutes: float | None,
    trials: int | None,
    steps: int | None,
    objective: str | None,
    features: str | None,
    samples: int | None,
    jobs: int | None,
    seed: int,
    sampler: str,
    out: Path | None,
    as_json: bool,
) -> int:
    """Find the best combination of components for a dataset.

    Starts from the recipes that suit the data, or from those given by RECIPE: the name of a recipe or a TOML file. Then
    it varies components and their parameters, stops weak combinations early, and writes the best one as a recipe:

    \b
      ganreg search --dataset csv:path=FILE.csv --minutes 30
      ganreg search digits --dataset digits --trials 20 --jobs 2

    To continue an interrupted search, or to search for longer, repeat the command with the same budget or a larger one.
    """  # noqa: D301 - click takes \b for a paragraph that is not to be filled
    from ganreg.searching.searching import folder_of_search
    from ganreg.searching.searching import search as run_search

    began = time.monotonic()
    asked: dict[str, Any] = {
        "objective": objective,
        "features": features,
        "samples": samples,
        "steps": steps,
        "seed": seed,
        "sampler": sampler,
    }
    folder = out or folder_of_search(dataset, recipes, **asked)
    again = f"the same command, for {folder}"
    try:
        with ending_as_by_ctrl_c(again), warnings_as_lines():
            result = run_search(
                dataset,
                recipes,
                minutes=minutes,
                trials=trials,
                out=folder,
                jobs=jobs,
                watch=_report_trial,
                began=began,
                **asked,
            )
    except KeyboardInterrupt:
        echo(f"Continue with {again}", err=True)
        raise
    if as_json:
        echo_json(_as_plain(result, folder))
    else:
        _echo_result(result, folder)
    return 0 if any(result.value_of(trial) is not None for trial in result.trials) else 1


def _report_trial(trial: SearchTrial, trials: Sequence[SearchTrial]) -> None:
    """Write a line about a trial that has ended."""
    value = "" if trial.value is None else f" {trial.value:.4g} after {trial.steps} steps"
    outcome = trial.error or value.strip()
    echo(f"{trial.number:4d} {trial.state} in {trial.seconds:.0f} s: {outcome} ({trial.described})"[:200], err=True)


def _echo_result(result: SearchResult, folder: Path) -> None:
    """Write the standings, what to know about them, and the next commands."""
    scored = [trial for trial in result.ranking if result.value_of(trial) is not None]
    rows = [
        (
            str(place),
            f"{result.value_of(trial):.4g}",
            str(result.steps_of(trial)),
            f"{trial.seconds:.0f}",
            trial.state,
            str(trial.number),
            textwrap.shorten(trial.described, _WIDTH, placeholder=" ..."),
        )
        for place, trial in enumerate(scored[:_SHOWN], 1)
    ]
    if rows:
        direction = "lower" if result.plan.lower_is_better else "higher"
        heading = f"{result.metric.upper()} ({direction} is better)"
        echo_table(("", heading, "STEPS", "SECONDS", "STATE", "TRIAL", "COMBINATION"), rows)
        echo()
    for line in _notes(result, folder, scored):
        echo(line)


def _notes(result: SearchResult, folder: Path, scored: Sequence[SearchTrial]) -> list[str]:
    states = [trial.state for trial in result.trials]
    counts = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    notes = [f"{len(result.trials)} combinations: {counts}."] if states else ["There was no time for any trial."]
    notes += [f"Not tried, recipe {refusal.name}: {refusal.reason}" for refusal in result.plan.refused]
    if not scored:
        errors = dict.fromkeys(trial.error for trial in result.trials if trial.error)
        return [*notes, *list(errors)[:3], f"No trial has a score; {folder / 'results.csv'} has the reasons."]
    notes += [
        f"The best, {result.best_value:.4g}, was chosen from {len(scored)} scores, so that of new samples is likely to "
        "be a little worse.",
        f"Weights sha256:{result.best_weights}",
        *(
            ["Its time was over while its learning rates were falling, so that the recipe falls faster than the trial."]
            if not result.best.repeatable()
            else []
        ),
        "",
        f"Train it again:  {result.command()}",
        f"Generate now:    ganreg sample {shlex.quote(str(result.best.path))}",
        f"Search further:  the same command with more time; the report is {folder / 'report.html'}",
    ]
    return notes


def _as_plain(result: SearchResult, folder: Path) -> dict[str, object]:
    """Return the result as plain values for JSON."""
    scored = any(result.value_of(trial) is not None for trial in result.trials)
    return {
        "path": str(folder),
        "objective": result.metric,
        "lower_is_better": result.plan.lower_is_better,
        "best": {"trial": result.best.number, "value": result.best_value, "recipe": str(folder / "best.toml")}
        if scored
        else None,
        "trials": [
            {
                "trial": trial.number,
                "recipe": trial.base,
                "changes": dict(trial.changes),
                "state": trial.state,
                "value": result.value_of(trial),
                "steps": result.steps_of(trial),
                "seconds": trial.seconds,
                "error": trial.error,
            }
            for trial in result.ranking
        ],
        "refused": [{"recipe": refusal.name, "reason": refusal.reason} for refusal in result.plan.refused],
    }
