"""Writes `results.csv`: one row per trial, in full precision and in the order of the plan."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from ganreg.comparison.ranking import ranked, scores_by_column
from ganreg.comparison.trials import RESULTS, Trial
from ganreg.files.writing import write_text


def write_results(folder: Path, trials: Sequence[Trial]) -> None:
    """Writes `results.csv`, which contains nothing that depends on when or where trials ran.

    Args:
        folder: the comparison's folder.
        trials: all trials, in the order of the plan.

    Raises:
        RunError: the file cannot be written.
    """
    columns = list(ranked(trials).columns)
    axes = list(dict.fromkeys(name for trial in trials for name in trial.axes))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["trial", *axes, "seed", "state", "iterations", *columns, "error"])
    for trial in trials:
        scores = scores_by_column(trial)
        writer.writerow(
            [
                trial.path.name,
                *(trial.axes.get(name, "") for name in axes),
                trial.seed,
                trial.state,
                trial.iterations,
                *(repr(scores[column].value) if column in scores else "" for column in columns),
                trial.error or "",
            ]
        )
    write_text(folder / RESULTS, text.getvalue())
