"""A comparison in a notebook: its ranking, as `ganreg compare` prints it."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING

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
from ganreg.comparison.ranking import ranked
from ganreg.display.fragments import MOST_ROWS, cut, fragment

if TYPE_CHECKING:
    from ganreg.comparison.trials import Comparison

_MOST_TRIALS = 2000
"""With more trials than this, ranking them takes too long for a notebook's output."""
_MOST_PROBABILITIES = 20
"""The number of rows whose p-values are computed, each of which takes some milliseconds."""
_ERRORS, _COLUMNS = 5, 12


def text(comparison: Comparison) -> str:
    """A comparison in one line."""
    return f"<Comparison {cut(str(comparison.path), 120)!r}: {_state(comparison)}>"


def html(comparison: Comparison) -> str:
    """A comparison as HTML."""
    trials = comparison.trials
    notes = []
    if len(trials) > _MOST_TRIALS:
        trials = []
        notes.append("Too many trials to rank here: see comparison.to_dataframe() and the report.")
    ranking = ranked(trials)
    axes, scores = axes_of(ranking), shown_columns(ranking)[:_COLUMNS]
    rows = []
    for place, row in enumerate(ranking.rows[:MOST_ROWS]):
        cells = [spread_cell(row.scores[name]) if name in row.scores else "" for name in scores]
        verdict = verdict_cell(row, with_probability=place < _MOST_PROBABILITIES)
        rows.append(
            [*(row.axes.get(name, "") for name in axes), *cells, states_cell(row), f"{row.seconds:.0f}", verdict]
        )
    left = len(ranking.rows) - len(rows)
    if left > 0:
        notes.append(f"and {left:,} more combinations")
    notes += [*baseline_notes(ranking), *filter(None, (what_would_tell(ranking), how_tested(ranking)))]
    failed = (trial for trial in trials if trial.error)
    numbers = [len(axes) + place for place in range(len(scores))]
    return fragment(
        "comparison.html",
        state=f"{_state(comparison)}; {comparison.path}",
        columns=[
            *axes,
            *(name + DIRECTIONS[ranking.lower_is_better[name]] for name in scores),
            "seeds",
            "seconds",
            "against the best",
        ],
        rows=rows,
        numbers=[*numbers, len(axes) + len(scores) + 1],
        notes=notes,
        errors=[f"{trial.path.name} {trial.state}: {trial.error}" for trial in itertools.islice(failed, _ERRORS)],
    )


def _state(comparison: Comparison) -> str:
    states = Counter(trial.state for trial in comparison.trials)
    counts = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    number = len(comparison.trials)
    return f"{number:,} trial{'s' * (number != 1)} ({counts})" if number else "no trials"
