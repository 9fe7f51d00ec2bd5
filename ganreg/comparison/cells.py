"""The cells of a ranking's table, as text for a terminal or a notebook."""

from __future__ import annotations

from ganreg.comparison.ranking import (
    BEST,
    BETTER_BUT,
    NOT_TOLD_APART,
    ONE_SEED,
    WORSE,
    Ranking,
    Row,
    Spread,
    scores_by_column,
)
from ganreg.comparison.trials import FINISHED

DIRECTIONS = {True: " (lower is better)", False: " (higher is better)", None: ""}
_BASELINES = {"real samples": "real samples against other real samples", "sources": "sources against true samples"}


def shown_columns(ranking: Ranking) -> list[str]:
    """Returns the first score and the others by which generators can be ranked."""
    return [
        column
        for place, column in enumerate(ranking.columns)
        if place == 0 or ranking.lower_is_better[column] is not None
    ]


def axes_of(ranking: Ranking) -> list[str]:
    """Returns the names of the axes that vary, in order."""
    return list(dict.fromkeys(name for row in ranking.rows for name in row.axes))


def spread_cell(spread: Spread) -> str:
    """Returns the mean over the seeds and the standard deviation."""
    deviation = "" if spread.deviation is None else f" ± {spread.deviation:.2g}"
    return f"{spread.mean:.4g}{deviation}"


def states_cell(row: Row) -> str:
    """Returns the number of seeds if all trials finished, otherwise the number of trials in each state."""
    counts = row.states
    if counts[FINISHED] == len(row.trials):
        return str(len(row.trials))
    stopped = f" at {row.iterations}" if counts["stopped"] == len(row.trials) else ""
    return ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) + stopped


def verdict_cell(row: Row, *, with_probability: bool = True) -> str:
    """Returns the result of the comparison with the best row.

    Args:
        row: the row.
        with_probability: whether to add the p-value, which takes a moment to compute. Defaults to `True`.
    """
    tested = row.verdict in (WORSE, BETTER_BUT, NOT_TOLD_APART)
    if tested and with_probability and row.probability is not None:
        return f"{row.verdict} (p {row.probability:.2g})"
    return {BEST: "best", ONE_SEED: "one seed: no test possible"}.get(row.verdict, row.verdict)


def baseline_notes(ranking: Ranking) -> list[str]:
    """Returns a line with the baselines of each kind."""
    notes = []
    of = {
        column: score.baseline_of
        for row in ranking.rows
        for trial in row.trials
        for column, score in scores_by_column(trial).items()
    }
    for what, called in _BASELINES.items():
        shown = [column for column in shown_columns(ranking) if column in ranking.baselines and of[column] == what]
        if shown:
            values = ", ".join(f"{column} {ranking.baselines[column]:.4g}" for column in shown)
            notes.append(f"Baseline, {called}: {values}")
    return notes
