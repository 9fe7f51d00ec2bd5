"""Main effects: the mean score of each alternative of an axis over all combinations that contain it."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

import attrs

from ganreg.comparison.ranking import Row

CONFIDENCE = 0.95


@attrs.frozen(kw_only=True)
class Effect:
    """The effect of one alternative of an axis.

    Attributes:
        level: the alternative.
        mean: the mean of its combinations' means, so that each counts the same, however many of its trials have a
            score.
        error: half the width of its 95 % confidence interval, from the variance over seeds within combinations; `None`
            if no combination has two values.
        combinations: the number of combinations that have values.
        trials: the number of values.
    """

    level: str
    mean: float
    error: float | None
    combinations: int
    trials: int


def main_effects(rows: Sequence[Row], score: str) -> dict[str, list[Effect]]:
    """Returns the effects of each axis's alternatives on a score.

    Axes with a single alternative and alternatives without finite values are left out. So are combinations that were
    stopped earlier than others, because their scores after fewer steps cannot be compared with the others' scores.

    Args:
        rows: the combinations.
        score: the column of the score.
    """
    rows = came_farthest(rows, score)
    groups = [_finite_values(row, score) for row in rows]
    variance, freedom = _variance_within(groups)
    width = _quantile(freedom) * math.sqrt(variance) if freedom else None
    effects: dict[str, list[Effect]] = {}
    for axis in dict.fromkeys(axis for row in rows for axis in row.axes):
        levels = list(dict.fromkeys(row.axes[axis] for row in rows if axis in row.axes))
        found = []
        for level in levels:
            of_it = [group for row, group in zip(rows, groups, strict=True) if row.axes.get(axis) == level and group]
            if of_it:
                found.append(_effect(level, of_it, width))
        if len(levels) > 1 and found:
            effects[axis] = found
    return effects


def came_farthest(rows: Sequence[Row], score: str) -> list[Row]:
    """Returns the rows that have a score and trained for the largest part of their steps among all that have it."""
    having = [row for row in rows if score in row.scores]
    farthest = max((row.part for row in having), default=0.0)
    return [row for row in having if row.part == farthest]


def _finite_values(row: Row, score: str) -> list[float]:
    return [value for value in row.scores[score].values if math.isfinite(value)] if score in row.scores else []


def _effect(level: str, groups: Sequence[Sequence[float]], width: float | None) -> Effect:
    means = [statistics.fmean(group) for group in groups]
    spread = math.sqrt(sum(1 / len(group) for group in groups)) / len(groups)
    return Effect(
        level=level,
        mean=statistics.fmean(means),
        error=None if width is None else width * spread,
        combinations=len(groups),
        trials=sum(len(group) for group in groups),
    )


def _variance_within(groups: Sequence[Sequence[float]]) -> tuple[float, int]:
    """Returns the variance over seeds, pooled over the combinations, and its degrees of freedom."""
    several = [group for group in groups if len(group) > 1]
    freedom = sum(len(group) - 1 for group in several)
    squares = sum((len(group) - 1) * statistics.variance(group) for group in several)
    return (squares / freedom if freedom else 0.0), freedom


def _quantile(freedom: int) -> float:
    """Returns half the width of a two-sided interval in standard errors, by Student's t distribution."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + CONFIDENCE) / 2))
