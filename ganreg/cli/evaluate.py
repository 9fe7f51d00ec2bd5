"""`ganreg evaluate`."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ganreg.checkpoints.run_folder import require_run
from ganreg.cli.kinds import component_option
from ganreg.cli.plugin_files import plugin_option
from ganreg.cli.sections import SectionedCommand, option_in
from ganreg.cli.state import State
from ganreg.cli.streams import echo_json
from ganreg.cli.tensorflow import import_quietly, warnings_as_lines
from ganreg.evaluation.extractor_specs import extractor_spec
from ganreg.texts import printable

if TYPE_CHECKING:
    from ganreg.evaluation.scores import Score

_WIDTH_OF_FILES = 100
_BASELINES = {
    "real samples": "baseline: the score of real samples against as many other real samples",
    "sources": "baseline of translations: the score of their sources; smaller images are enlarged bicubically",
}
_COMPONENTS = "Metrics and features"


_in_comparison = option_in("What is compared")


@click.command(cls=SectionedCommand)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@component_option(
    "metric",
    "metrics",
    section=_COMPONENTS,
    multiple=True,
    help="Compute this metric; repeatable. Defaults to the metrics that suit the data.",
)
@component_option(
    "extractor",
    "features",
    section=_COMPONENTS,
    help="Compute metrics on the features of this extractor. Defaults to the one that suits the data best.",
)
@_in_comparison(
    "-n",
    "--samples",
    type=click.IntRange(min=1),
    metavar="N",
    help="Generate N samples. Defaults to half the number of real samples, at most 10,000.",
)
@_in_comparison(
    "--seed",
    type=click.IntRange(min=0),
    metavar="N",
    default=0,
    show_default=True,
    help="Random seed for the latents and for the choice of real samples.",
)
@_in_comparison(
    "--checkpoint",
    metavar="best|last|N",
    default="last",
    show_default=True,
    help="Evaluate the checkpoint with the best score, the newest one, or that of iteration N.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@plugin_option
@click.pass_obj
def evaluate(
    state: State,
    folder: Path,
    metrics: tuple[str, ...],
    features: str | None,
    samples: int | None,
    seed: int,
    checkpoint: str,
    as_json: bool,
) -> None:
    """Compare the samples of a run with real samples.

    DIR is the folder of a run. Each score comes with its standard error and its baseline: the score of real samples
    against as many other real samples or, where translations are compared with true samples, the score of their
    sources. Features of real samples, and networks that extractors train, are cached. The scores are also written to
    DIR/evaluation.json, and the columns of a table, one by one, to DIR/columns.json; DIR/report.html shows both.
    """
    require_run(folder)
    for metric in metrics:
        state.registry.create("metric", metric)
    if features is not None:
        state.registry.create("extractor", extractor_spec(features, state.registry))
    import_quietly()
    with warnings_as_lines(), redirect_stdout(sys.stderr):  # stdout is for the answer, even if a metric prints
        from ganreg.evaluation.evaluating import Evaluation
        from ganreg.evaluation.scores import as_tables, write_columns, write_scores
        from ganreg.reports.writing import write_if_possible, write_run_report
        from ganreg.runs.changed_data import warn_of_changed_data
        from ganreg.runs.loading import load

        gan = load(folder, checkpoint=checkpoint)
        warn_of_changed_data(gan, folder)
        evaluation = Evaluation(gan, metrics or None, features=features, samples=samples, seed=seed)
        scores = evaluation.scores(gan)
        write_scores(folder, scores)
        write_columns(folder, evaluation.columns(gan))
        write_if_possible(write_run_report, folder)
    if as_json:
        echo_json([finite_or_null(table) for table in as_tables(scores)])
    else:
        _print(scores)


def finite_or_null(table: dict[str, Any]) -> dict[str, Any]:
    """Return the table of a score with `None` for numbers that are not finite, which JSON does not have."""
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in table.items()
    }


def _print(scores: Sequence[Score]) -> None:
    """Print a table for each kind of features, which its title names."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH_OF_FILES)
    for (extractor, samples, real_samples), group in groupby(
        scores, key=lambda score: (score.extractor, score.samples, score.real_samples)
    ):
        title = f"{samples:,} generated samples against {real_samples or 0:,} real samples, compared by {extractor}"
        console.print(printable(title), markup=False)
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for name in ("metric", "score"):
            table.add_column(name, overflow="fold")
        for name in ("value", "error", "baseline"):
            table.add_column(name, justify="right")
        table.add_column("better")
        for score in group:
            direction = {True: "lower", False: "higher", None: ""}[score.lower_is_better]
            table.add_row(
                printable(score.metric),
                printable(score.name),
                *map(_number, (score.value, score.error, score.baseline)),
                direction,
            )
        console.print(table)
    for of in dict.fromkeys(score.baseline_of for score in scores):
        console.print(_BASELINES[of])


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"
