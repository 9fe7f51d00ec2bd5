"""`ganreg evaluate`."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ganreg.checkpoints.run_folder import require_run
from ganreg.cli.state import State
from ganreg.cli.tensorflow import import_quietly, warnings_as_lines

if TYPE_CHECKING:
    from ganreg.evaluation.scores import Score

_WIDTH_OF_FILES = 100


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("-m", "--metric", "metrics", metavar="SPEC", multiple=True, help="A metric; repeatable.")
@click.option(
    "--features",
    metavar="SPEC",
    help="What metrics compare: pixels, classifier, inception:weights=FILE or FILE.keras.",
)
@click.option(
    "-n",
    "--samples",
    type=click.IntRange(min=1),
    help="How many to generate; 10,000, or half as many as there are real ones.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Which samples are generated, and which real ones they are compared with.",
)
@click.option(
    "--checkpoint",
    metavar="best|last|N",
    default="last",
    show_default=True,
    help="Which checkpoint: the one that was judged best, the newest, or that of an iteration.",
)
@click.option("--json", "as_json", is_flag=True, help="Write the scores as JSON.")
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
    """Judge a run's samples against the real ones.

    DIR is a run's folder. Without -m, the metrics that suit the data judge it. Each value comes with its standard error
    and, as a baseline, with what two sets of real samples of that size have between them. Features, and the network that
    the features "classifier" come of, are computed once and kept. The scores go into DIR/evaluation.json too.
    """
    require_run(folder)
    for metric in metrics:
        state.registry.create("metric", metric)
    import_quietly()
    with warnings_as_lines(), redirect_stdout(sys.stderr):  # stdout is for the answer, whatever a metric prints
        from ganreg.evaluation.evaluating import evaluate as evaluate_gan
        from ganreg.evaluation.scores import as_tables, write_scores
        from ganreg.reports.writing import write_if_possible, write_run_report
        from ganreg.runs.loading import load

        gan = load(folder, checkpoint=checkpoint)
        scores = evaluate_gan(gan, metrics or None, features=features, samples=samples, seed=seed)
        write_scores(folder, scores)
        write_if_possible(write_run_report, folder)
    if as_json:
        click.echo(json.dumps([_as_json_knows(table) for table in as_tables(scores)], indent=2))
    else:
        _print(scores)


def _as_json_knows(table: dict[str, Any]) -> dict[str, Any]:
    """A score as plain values; numbers that are not finite become null, as JSON has no others."""
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in table.items()
    }


def _print(scores: Sequence[Score]) -> None:
    """Writes a table for each kind of features, which its title names."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH_OF_FILES)
    for (extractor, samples, reals), group in groupby(
        scores, key=lambda score: (score.extractor, score.samples, score.real_samples)
    ):
        console.print(f"{samples:,} samples against {reals or 0:,} real ones, by {extractor}", markup=False)
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for name in ("metric", "score"):
            table.add_column(name, overflow="fold")
        for name in ("value", "error", "baseline"):
            table.add_column(name, justify="right")
        table.add_column("better")
        for score in group:
            direction = {True: "less", False: "more", None: ""}[score.lower_is_better]
            table.add_row(
                score.metric, score.name, *map(_number, (score.value, score.error, score.baseline)), direction
            )
        console.print(table)
    console.print("baseline: the same between two sets of real samples of that size")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"
