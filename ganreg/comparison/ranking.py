"""What a comparison's scores say: combinations from the best on, and which differences the seeds do not support."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import attrs

from ganreg.comparison.significance import LEVEL, deviation_of, over_all_pairs, welch
from ganreg.comparison.trials import FINISHED, STOPPED, Trial
from ganreg.evaluation.scores import Score, column_names

BEST, WORSE, NOT_TOLD_APART = "best", "worse", "not told apart"
BETTER_BUT = "better, but not each finished"
ONE_SEED, NOT_COMPARED = "one seed", "not compared"


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
        return None if len(self.values) < 2 else deviation_of(self.values)


@attrs.frozen(kw_only=True)
class Row:
    """One combination.

    Attributes:
        axes: the alternative on each axis.
        trials: one a seed.
        scores: by column, over the trials that have them.
        verdict: `"best"`, `"worse"`, `"not told apart"` from the best by these seeds, `"better, but not each finished"`
            where it stands lower for what became of its other trials, `"one seed"` where nothing can be said, or `"not
            compared"` where it has no score, was stopped earlier, or was judged on other data or by other samples.
        probability: of a difference from the best as great as this one where there is none, by Welch's test, adjusted
            for all pairs of rows; `None` where nothing was tested.
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
        return min((trial.iterations for trial in self._came), default=0)

    @property
    def part(self) -> float:
        """The same as a part of the trials' own steps, which may differ from those of other rows."""
        return min((trial.part for trial in self._came), default=0.0)

    @property
    def _came(self) -> list[Trial]:
        return [trial for trial in self.trials if trial.state in (FINISHED, STOPPED)]


@attrs.frozen(kw_only=True)
class Ranking:
    """A comparison's rows, the best first.

    Attributes:
        rows: the combinations.
        columns: the scores, the one that the order is by first.
        lower_is_better: by column; `None` where a value is no score.
        baselines: by column, the same between two sets of real samples, where it is known and the same for all trials.
    """

    rows: Sequence[Row]
    columns: Sequence[str]
    lower_is_better: Mapping[str, bool | None]
    baselines: Mapping[str, float]


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
        rows = _with_verdicts(rows, main, higher=higher)
    return Ranking(
        rows=rows,
        columns=columns,
        lower_is_better={column: scores[column].lower_is_better for column in columns},
        baselines=_common_floors(trials, columns),
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


def _common_floors(trials: Sequence[Trial], columns: Sequence[str]) -> dict[str, float]:
    baselines = {}
    for column in columns:
        found = [score for trial in trials if (score := scores_by_column(trial).get(column)) is not None]
        if found[0].baseline is not None and len({_judged_by(score) for score in found}) == 1:
            baselines[column] = found[0].baseline
    return baselines


def _judged_by(score: Score) -> tuple[object, ...]:
    """What two scores have to share to be compared; the baseline tells one data set from another."""
    baseline = None if score.baseline is None else f"{score.baseline:.6g}"
    return (score.extractor, score.samples, score.real_samples, baseline)


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
        return (2.0, -row.part, badness)
    return (0.0 if row.states[FINISHED] == len(row.trials) else 1.0, 0.0, badness)


def _with_verdicts(rows: Sequence[Row], main: str, *, higher: bool) -> list[Row]:
    """The rows with what the seeds say of their difference from the first."""
    best = rows[0]
    if main not in best.scores:
        return list(rows)
    comparable = [row for row in rows[1:] if main in row.scores and _can_be_compared(row, best, main)]
    several = [row for row in comparable if min(len(each.scores[main].values) for each in (row, best)) > 1]
    judged = [attrs.evolve(best, verdict=BEST)]
    for row in rows[1:]:
        if any(row is other for other in several):
            judged.append(_tested(row, best, main, combinations=len(several) + 1, higher=higher))
        else:
            one_seed = any(row is other for other in comparable)
            judged.append(attrs.evolve(row, verdict=ONE_SEED if one_seed else NOT_COMPARED))
    return judged


def _tested(row: Row, best: Row, main: str, *, combinations: int, higher: bool) -> Row:
    own, other = row.scores[main], best.scores[main]
    probability = over_all_pairs(welch(own.values, other.values), combinations)
    better = own.mean > other.mean if higher else own.mean < other.mean
    verdict = NOT_TOLD_APART if probability >= LEVEL else BETTER_BUT if better else WORSE
    return attrs.evolve(row, verdict=verdict, probability=probability)


def _can_be_compared(row: Row, best: Row, main: str) -> bool:
    """Whether two rows came equally far and were judged by the same means on the same data."""
    if row.states[STOPPED] and not (best.states[STOPPED] and row.part == best.part):
        return False
    return _means(row, main) == _means(best, main)


def _means(row: Row, main: str) -> set[tuple[object, ...]]:
    scores = (scores_by_column(trial).get(main) for trial in row.trials)
    return {_judged_by(score) for score in scores if score is not None}
