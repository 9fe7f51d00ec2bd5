"""Ranks the combinations of a comparison and tests which differences from the best one are significant."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import attrs

from ganreg.comparison.significance import Noise, deviation_of
from ganreg.comparison.trials import FINISHED, STOPPED, Trial
from ganreg.evaluation.scores import Score, column_names

BEST, WORSE, NOT_TOLD_APART = "best", "worse", "not told apart"
BETTER_BUT = "better, but not all finished"
ONE_SEED, NOT_COMPARED = "one seed", "not compared"


@attrs.frozen
class Spread:
    """One score over the seeds of a combination.

    Attributes:
        values: the values of the trials that have the score, in the order of seeds.
        seeds: the seed of each value.
    """

    values: Sequence[float]
    seeds: Sequence[int]

    @property
    def by_seed(self) -> dict[int, float]:
        """The values by seed."""
        return dict(zip(self.seeds, self.values, strict=True))

    @property
    def mean(self) -> float:
        """The mean of the values."""
        return statistics.fmean(self.values)

    @property
    def deviation(self) -> float | None:
        """The standard deviation, divided by N - 1; `None` for a single value."""
        return None if len(self.values) < 2 else deviation_of(self.values)


@attrs.frozen(kw_only=True)
class Row:
    """One combination.

    Attributes:
        axes: the alternative on each axis.
        trials: the trials, one per seed.
        scores: the scores by column, over the trials that have them.
        verdict: the result of the comparison with the best row: `"best"`, `"worse"`, `"not told apart"` if these seeds
            do not show a difference, `"better, but not all finished"` if its score is better but it ranks lower
            because not all its trials finished, `"one seed"` if there are too few values for a test, or `"not
            compared"` if it has no score, was stopped earlier, or was evaluated on other data or other samples.
        statistic: the difference from the best in units of its error; `None` if nothing was tested.
        noise: what the statistic is based on; `None` if nothing was tested.
    """

    axes: Mapping[str, str]
    trials: Sequence[Trial]
    scores: Mapping[str, Spread]
    verdict: str = NOT_COMPARED
    statistic: float | None = None
    noise: Noise | None = None

    @property
    def probability(self) -> float | None:
        """The p-value of a difference from the best, adjusted for all pairs of rows; `None` if nothing was tested."""
        if self.statistic is None or self.noise is None:
            return None
        return self.noise.probability(self.statistic)

    @property
    def states(self) -> Counter[str]:
        """The number of trials in each state."""
        return Counter(trial.state for trial in self.trials)

    @property
    def seconds(self) -> float:
        """The mean duration of its trials."""
        return statistics.fmean(trial.seconds for trial in self.trials)

    @property
    def iterations(self) -> int:
        """The smallest number of iterations among trials that finished or were stopped; 0 if there are none."""
        return min((trial.iterations for trial in self._evaluated), default=0)

    @property
    def part(self) -> float:
        """The same as a part of the trials' own steps, whose number may differ between rows."""
        return min((trial.part for trial in self._evaluated), default=0.0)

    @property
    def _evaluated(self) -> list[Trial]:
        return [trial for trial in self.trials if trial.state in (FINISHED, STOPPED)]


@attrs.frozen(kw_only=True)
class Ranking:
    """The rows of a comparison, the best first.

    Attributes:
        rows: the combinations.
        columns: the names of the scores; the first one determines the order.
        lower_is_better: whether lower is better, by column; `None` for a value that is not a score.
        baselines: the baselines by column, for columns in which it is known and the same for all trials.
        noise: how much the first score varies between seeds; `None` if nothing was tested.
    """

    rows: Sequence[Row]
    columns: Sequence[str]
    lower_is_better: Mapping[str, bool | None]
    baselines: Mapping[str, float]
    noise: Noise | None = None


def ranked(trials: Iterable[Trial]) -> Ranking:
    """Ranks combinations by the mean over their seeds.

    Combinations whose trials all finished come first, because a mean that leaves out diverged trials is too
    favourable. Then come those of which some finished, those that were stopped (the ones that trained further first),
    and those without a score.
    """
    trials = list(trials)
    scores = _columns(trials)
    main = _main_column(scores)
    columns = [main, *(column for column in scores if column != main)] if main is not None else []
    combinations: dict[tuple[tuple[str, str], ...], list[Trial]] = {}
    for trial in trials:
        combinations.setdefault(tuple(trial.axes.items()), []).append(trial)
    rows = [_row(dict(axes), members) for axes, members in combinations.items()]
    noise = None
    if main is not None:
        higher = scores[main].lower_is_better is False
        rows.sort(key=lambda row: _order(row, main, higher=higher))
        rows, noise = _with_verdicts(rows, main, higher=higher)
    return Ranking(
        rows=rows,
        columns=columns,
        lower_is_better={column: scores[column].lower_is_better for column in columns},
        baselines=_common_baselines(trials, columns),
        noise=noise,
    )


def scores_by_column(trial: Trial) -> dict[str, Score]:
    """Returns a trial's scores by the names of their columns."""
    return dict(zip(column_names(trial.scores), trial.scores, strict=True))


def main_score(trial: Trial) -> Score | None:
    """Returns the score by which a trial is ranked, or `None` if it has no scores."""
    scores = scores_by_column(trial)
    main = _main_column(scores)
    return None if main is None else scores[main]


def _columns(trials: Sequence[Trial]) -> dict[str, Score]:
    """Returns one score for each column that any trial has."""
    columns: dict[str, Score] = {}
    for trial in trials:
        columns = scores_by_column(trial) | columns
    return columns


def _common_baselines(trials: Sequence[Trial], columns: Sequence[str]) -> dict[str, float]:
    baselines = {}
    for column in columns:
        found = [score for trial in trials if (score := scores_by_column(trial).get(column)) is not None]
        if found[0].baseline is not None and len({_conditions(score) for score in found}) == 1:
            baselines[column] = found[0].baseline
    return baselines


def _conditions(score: Score) -> tuple[object, ...]:
    """Returns what two comparable scores have in common; the baseline distinguishes datasets."""
    baseline = None if score.baseline is None else f"{score.baseline:.6g}"
    return (score.extractor, score.samples, score.real_samples, baseline)


def _main_column(scores: Mapping[str, Score]) -> str | None:
    """Returns the first column that can rank generators, or the first of all if none can."""
    able = (column for column, score in scores.items() if score.lower_is_better is not None)
    return next(able, next(iter(scores), None))


def _row(axes: Mapping[str, str], trials: Sequence[Trial]) -> Row:
    values: dict[str, list[tuple[float, int]]] = {}
    for trial in trials:
        for column, score in scores_by_column(trial).items():
            values.setdefault(column, []).append((score.value, trial.seed))
    scores = {column: Spread(*zip(*each, strict=True)) for column, each in values.items()}
    return Row(axes=axes, trials=trials, scores=scores)


def _order(row: Row, main: str, *, higher: bool) -> tuple[float, ...]:
    if main not in row.scores:
        return (3.0, 0.0, 0.0)
    mean = row.scores[main].mean
    badness = float("inf") if mean != mean else -mean if higher else mean  # noqa: PLR0124 - NaN ranks last
    if row.states[STOPPED]:
        return (2.0, -row.part, badness)
    return (0.0 if row.states[FINISHED] == len(row.trials) else 1.0, 0.0, badness)


def _with_verdicts(rows: Sequence[Row], main: str, *, higher: bool) -> tuple[list[Row], Noise | None]:
    """Returns the rows with the verdicts of their comparison with the first one, and the noise in them."""
    best = rows[0]
    if main not in best.scores:
        return list(rows), None
    comparable = [row for row in rows[1:] if main in row.scores and _can_be_compared(row, best, main)]
    several = [row for row in comparable if min(len(each.scores[main].values) for each in (row, best)) > 1]
    finite = [row for row in (best, *several) if all(map(math.isfinite, row.scores[main].values))]
    noise = Noise.of([row.scores[main].by_seed for row in finite])
    compared = [attrs.evolve(best, verdict=BEST)]
    for row in rows[1:]:
        if any(row is other for other in several):
            is_testable = all(any(row is other for other in finite) for row in (row, best))
            compared.append(_tested(row, best, main, noise if is_testable else None, higher=higher))
        else:
            one_seed = any(row is other for other in comparable)
            compared.append(attrs.evolve(row, verdict=ONE_SEED if one_seed else NOT_COMPARED))
    return compared, noise


def _tested(row: Row, best: Row, main: str, noise: Noise | None, *, higher: bool) -> Row:
    """Compares a row with the best; without noise, because a value is not finite, no difference is shown."""
    own, other = row.scores[main], best.scores[main]
    if noise is None:
        return attrs.evolve(row, verdict=NOT_TOLD_APART)
    statistic = noise.statistic(own.by_seed, other.by_seed)
    better = own.mean > other.mean if higher else own.mean < other.mean
    verdict = NOT_TOLD_APART if not noise.is_significant(statistic) else BETTER_BUT if better else WORSE
    return attrs.evolve(row, verdict=verdict, statistic=statistic, noise=noise)


def _can_be_compared(row: Row, best: Row, main: str) -> bool:
    """Whether two rows trained equally far and were evaluated in the same way on the same data."""
    if row.states[STOPPED] and not (best.states[STOPPED] and row.part == best.part):
        return False
    return _all_conditions(row, main) == _all_conditions(best, main)


def _all_conditions(row: Row, main: str) -> set[tuple[object, ...]]:
    scores = (scores_by_column(trial).get(main) for trial in row.trials)
    return {_conditions(score) for score in scores if score is not None}
