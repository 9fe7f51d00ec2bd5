"""The table at the end of a comparison."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ganreg.cli.streams import echo
from ganreg.comparison.cells import (
    DIRECTIONS,
    axes_of,
    baseline_notes,
    shown_columns,
    spread_cell,
    states_cell,
    verdict_cell,
)
from ganreg.comparison.explaining import how_tested, what_would_tell
from ganreg.comparison.ranking import NOT_COMPARED, Ranking, Spread
from ganreg.texts import printable

_WIDE = 1000
"""The width of a table in a file, which must not be cut."""


def echo_ranking(ranking: Ranking, folder: Path) -> None:
    """Write the table to stdout, followed by notes on how to read it."""
    shown = shown_columns(ranking)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    axes = axes_of(ranking)
    for name in axes:
        table.add_column(Text(printable(name.upper())), overflow="fold")
    for column in shown:
        table.add_column(Text(printable(column.upper()) + DIRECTIONS[ranking.lower_is_better[column]]), justify="right")
    table.add_column("SEEDS")
    table.add_column("SECONDS", justify="right")
    table.add_column("AGAINST THE BEST")
    for row in ranking.rows:
        scores = [spread_cell(row.scores[column]) if column in row.scores else "" for column in shown]
        cells = [
            *(row.axes.get(name, "") for name in axes),
            *scores,
            states_cell(row),
            f"{row.seconds:.0f}",
            verdict_cell(row),
        ]
        table.add_row(*(Text(printable(cell)) for cell in cells))
    width = None if sys.stdout.isatty() else _WIDE
    Console(file=sys.stdout, width=width, highlight=False, soft_wrap=width is not None).print(table)
    for line in _notes(ranking, folder):
        echo(line)


def _notes(ranking: Ranking, folder: Path) -> list[str]:
    notes = ["", *baseline_notes(ranking)]
    notes += [note for note in (what_would_tell(ranking), how_tested(ranking)) if note]
    if any(row.verdict == NOT_COMPARED and row.scores for row in ranking.rows):
        notes.append(
            "Not compared: stopped earlier than the best, or evaluated on other data or other numbers of samples."
        )
    if len(ranking.rows) > 1 and all(len(row.trials) < 2 for row in ranking.rows):
        notes.append("One seed per combination cannot show whether a difference is due to chance; use --seeds 3.")
    errors = [trial for row in ranking.rows for trial in row.trials if trial.error]
    notes += [f"{trial.path.name} {trial.state}: {trial.error}" for trial in errors]
    if not ranking.columns:
        notes.append("No trial has a score.")
    notes.append(f"All results are in {folder / 'results.csv'}. To write a report: ganreg report {folder}")
    return notes


def as_plain(ranking: Ranking, folder: Path) -> dict[str, Any]:
    """Return the ranking as plain values for JSON; numbers that are not finite become null."""
    return {
        "path": str(folder),
        "ranked_by": ranking.columns[0] if ranking.columns else None,
        "lower_is_better": dict(ranking.lower_is_better),
        "baselines": {column: _finite(baseline) for column, baseline in ranking.baselines.items()},
        "rows": [
            {
                "axes": dict(row.axes),
                "verdict": row.verdict,
                "probability": row.probability,
                "states": dict(row.states),
                "iterations": row.iterations,
                "seconds": row.seconds,
                "scores": {column: _plain_spread(spread) for column, spread in row.scores.items()},
                "trials": [
                    {"path": str(trial.path), "seed": trial.seed, "state": trial.state, "error": trial.error}
                    for trial in row.trials
                ],
            }
            for row in ranking.rows
        ],
    }


def _plain_spread(spread: Spread) -> dict[str, Any]:
    return {
        "mean": _finite(spread.mean),
        "deviation": _finite(spread.deviation),
        "values": [_finite(value) for value in spread.values],
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
