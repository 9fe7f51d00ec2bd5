"""What a comparison's scores say: combinations from the best on, and which differences the seeds do not support."""

from __future__ import annotations

import statistics
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import attrs

from ganreg.judging.scores import Score, column_names
from ganreg.trials.comparison import FINISHED, STOPPED, Trial

SIGNIFICANCE = 0.05
"""The probability that a difference from the best is called one where there is none, over all rows together."""

BEST, WORSE, NOT_TOLD_APART, ONE_SEED, NOT_COMPARED = "best", "worse", "not told apart", "one seed", "not compared"


@attrs.frozen
class Spread:
    """One score over the seeds of a combination.

    Attributes:
        values: of the trials that have it, by seed.
    """

    values: Sequence[float]

    @property
    def mean(self) -> float:
        """Their mean."""
        return statistics.fmean(self.values)

    @property
    def deviation(self) -> float | None:
        """Their standard deviation, divided by N - 1; `None` of a single one."""
        return None if len(self.values) < 2 else _deviation(self.values)


@attrs.frozen(kw_only=True)
class Row:
    """One combination.

    Attributes:
        axes: the alternative on each axis.
        trials: one a seed.
        scores: by column, over the trials that have them.
        verdict: `"best"`, `"worse"`, `"not told apart"` from the best by these seeds, `"one seed"` where nothing can
            be said, or `"not compared"` where it has no score or was stopped earlier.
        probability: of a difference from the best as great as this one where there is none, by Welch's test, adjusted
            by Holm's method for the number of rows; `None` where nothing was tested.
    """

    axes: Mapping[str, str]
    trials: Sequence[Trial]
    scores: Mapping[str, Spread]
    verdict: str = NOT_COMPARED
    probability: float | None = None

    @property
    def states(self) -> Counter[str]:
        """How many trials are in each state."""
        return Counter(trial.state for trial in self.trials)

    @property
    def seconds(self) -> float:
        """The mean over the trials."""
        return statistics.fmean(trial.seconds for trial in self.trials)

    @property
    def iterations(self) -> int:
        """How far the one that came least far has come; one that failed or diverged came no way at all."""
        came = [trial.iterations for trial in self.trials if trial.state in (FINISHED, STOPPED)]
        return min(came, default=0)


@attrs.frozen(kw_only=True)
class Ranking:
    """A comparison's rows, the best first.

    Attributes:
        rows: the combinations.
        columns: the scores, the one that the order is by first.
        lower_is_better: by column; `None` where a value is no score.
        floors: by column, the same between two sets of real samples, where it is known.
    """

    rows: Sequence[Row]
    columns: Sequence[str]
    lower_is_better: Mapping[str, bool | None]
    floors: Mapping[str, float]


def ranked(trials: Iterable[Trial]) -> Ranking:
    """Ranks combinations by the mean over their seeds.

    Those of which every seed finished come first, for a mean that leaves out what diverged flatters; then those of
    which some did, those that were stopped, the ones that came further first, and those without a score.
    """
    trials = list(trials)
    scores = _columns(trials)
    main = _main_column(scores)
    columns = [main, *(column for column in scores if column != main)] if main is not None else []
    combinations: dict[tuple[tuple[str, str], ...], list[Trial]] = {}
    for trial in trials:
        combinations.setdefault(tuple(trial.axes.items()), []).append(trial)
    rows = [_row(dict(axes), members) for axes, members in combinations.items()]
    if main is not None:
        higher = scores[main].lower_is_better is False
        rows.sort(key=lambda row: _order(row, main, higher=higher))
        rows = _with_verdicts(rows, main)
    return Ranking(
        rows=rows,
        columns=columns,
        lower_is_better={column: scores[column].lower_is_better for column in columns},
        floors={column: floor for column in columns if (floor := scores[column].floor) is not None},
    )


def scores_by_column(trial: Trial) -> dict[str, Score]:
    """A trial's scores by the names of their columns."""
    return dict(zip(column_names(trial.scores), trial.scores, strict=True))


def main_score(trial: Trial) -> Score | None:
    """The score that a trial is judged by, or none where it has no scores."""
    scores = scores_by_column(trial)
    main = _main_column(scores)
    return None if main is None else scores[main]


def _columns(trials: Sequence[Trial]) -> dict[str, Score]:
    """A score for each column that any trial has."""
    columns: dict[str, Score] = {}
    for trial in trials:
        columns = scores_by_column(trial) | columns
    return columns


def _main_column(scores: Mapping[str, Score]) -> str | None:
    """The first value that can choose among generators, or the first of all where none says that it can."""
    able = (column for column, score in scores.items() if score.lower_is_better is not None)
    return next(able, next(iter(scores), None))


def _row(axes: Mapping[str, str], trials: Sequence[Trial]) -> Row:
    values: dict[str, list[float]] = {}
    for trial in trials:
        for column, score in scores_by_column(trial).items():
            values.setdefault(column, []).append(score.value)
    return Row(axes=axes, trials=trials, scores={column: Spread(each) for column, each in values.items()})


def _order(row: Row, main: str, *, higher: bool) -> tuple[float, ...]:
    if main not in row.scores:
        return (3.0, 0.0, 0.0)
    mean = row.scores[main].mean
    badness = float("inf") if mean != mean else -mean if higher else mean  # noqa: PLR0124 - NaN is the worst
    if row.states[STOPPED]:
        return (2.0, -row.iterations, badness)
    return (0.0 if row.states[FINISHED] == len(row.trials) else 1.0, 0.0, badness)


def _with_verdicts(rows: Sequence[Row], main: str) -> list[Row]:
    """The rows with what the seeds say of their difference from the first."""
    best = rows[0]
    comparable = [row for row in rows[1:] if main in row.scores and _came_as_far(row, best)]
    tested = [row for row in [best, *comparable] if len(row.scores[main].values) > 1] if main in best.scores else []
    if best not in tested:
        tested = []
    probabilities = holm([welch(row.scores[main].values, best.scores[main].values) for row in tested[1:]])
    by_row = {id(row): p for row, p in zip(tested[1:], probabilities, strict=True)}
    judged = [attrs.evolve(best, verdict=BEST if main in best.scores else NOT_COMPARED)]
    for row in rows[1:]:
        probability = by_row.get(id(row))
        if probability is not None:
            verdict = WORSE if probability < SIGNIFICANCE else NOT_TOLD_APART
        else:
            verdict = ONE_SEED if any(row is other for other in comparable) else NOT_COMPARED
        judged.append(attrs.evolve(row, verdict=verdict, probability=probability))
    return judged


def _came_as_far(row: Row, best: Row) -> bool:
    return not row.states[STOPPED] or (bool(best.states[STOPPED]) and row.iterations == best.iterations)


def welch(one: Sequence[float], other: Sequence[float]) -> float:
    """The two-sided probability of means so far apart where there is no difference, the deviations being their own.

    Args:
        one: two values or more.
        other: likewise.
    """
    from scipy import stats

    if _deviation(one) == _deviation(other) == 0:
        return 1.0 if one[0] == other[0] else 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of values that are all but the same
        probability = float(stats.ttest_ind(one, other, equal_var=False).pvalue)
    return 1.0 if probability != probability else probability  # noqa: PLR0124 - NaN tells nothing apart


def holm(probabilities: Sequence[float]) -> list[float]:
    """Probabilities of several tests, adjusted so that all of them together err no more often than one."""
    adjusted, least = [0.0] * len(probabilities), 0.0
    order = sorted(range(len(probabilities)), key=lambda place: probabilities[place])
    for rank, place in enumerate(order):
        least = max(least, min(1.0, (len(order) - rank) * probabilities[place]))
        adjusted[place] = least
    return adjusted


def _deviation(values: Sequence[float]) -> float:
    try:
        return statistics.stdev(values)
    except (ValueError, AttributeError, OverflowError):  # infinite values, of which Python's exact sums know nothing
        return float("nan")
