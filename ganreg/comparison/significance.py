"""Tests which combinations differ, given a score of each over several seeds. Importable without TensorFlow."""

from __future__ import annotations

import functools
import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np

LEVEL = 0.05
"""The significance level: the probability of reporting any difference among combinations that do not differ."""
_PAIRING_LEVEL = 0.005
"""Seeds count as pairs if their effect is significant at this level; a larger one would make the test itself wrong."""
_LEAST_FREEDOM = 6
"""With fewer degrees of freedom, the values say nothing about seeds or skewness."""
_LEAST_RATIO = 3.0
"""Values within a smaller ratio of each other differ as their logarithms do, more or less."""
_MOST_SEEDS = 1000
"""The largest number of seeds that is suggested."""

Values = Mapping[int, float]
"""The values of a combination, by seed."""


@attrs.frozen
class Noise:
    """How much a score varies between seeds, pooled over all combinations.

    A difference is tested by Tukey's range test (in Kramer's form for unequal numbers of seeds), which takes into
    account that the best of several combinations is chosen by the values that are tested.

    Attributes:
        variance: the variance between seeds.
        freedom: its degrees of freedom.
        combinations: the number of combinations.
        paired: whether it is the variance that remains after subtracting the effect of each seed.
        logarithmic: whether values are compared by their logarithms.
    """

    variance: float
    freedom: int
    combinations: int
    paired: bool = False
    logarithmic: bool = False

    @classmethod
    def of(cls, groups: Sequence[Values]) -> Noise | None:
        """Estimates it from the values of all combinations.

        Values are compared by their logarithms if these are less skewed, as for distances of a few combinations that
        failed, or, with two seeds, if their tails are shorter. Values that occur more than once are taken to be counts,
        such as numbers of modes; their standard deviation is assumed to be at least half the distance between
        neighbours, because a few equal counts do not prove the absence of noise. The seeds count as pairs if all
        combinations have the same and their effect is clear.

        Args:
            groups: the finite values of each combination; those with one value are ignored.

        Returns:
            The noise, or `None` if fewer than two combinations have two values.
        """
        groups = [group for group in groups if len(group) > 1]
        if len(groups) < 2:
            return None
        freedom = sum(len(group) - 1 for group in groups)
        logarithmic = freedom >= _LEAST_FREEDOM and _is_less_skewed_in_logarithms(groups)
        groups = [_transformed(group, logarithmic) for group in groups]
        least = (_resolution(groups) / 2) ** 2
        if (blocked := _between_pairs(groups)) is not None:
            variance, freedom = blocked
            return cls(max(variance, least), freedom, len(groups), paired=True, logarithmic=logarithmic)
        variance = sum(float(np.square(_residuals(group)).sum()) for group in groups) / freedom
        return cls(max(variance, least), freedom, len(groups), logarithmic=logarithmic)

    def statistic(self, one: Values, other: Values) -> float:
        """Returns the difference between the means of two combinations in units of its error."""
        difference = self._difference(one, other)
        error = self._error(len(one), len(other))
        return difference / error if error else math.inf if difference else 0.0

    def is_significant(self, statistic: float) -> bool:
        """Whether a statistic shows a difference at the significance level."""
        return statistic > 0.0 and statistic >= _critical(self.combinations, self.freedom)

    def probability(self, statistic: float) -> float:
        """Returns the p-value of a statistic, adjusted for all pairs of combinations."""
        return _tail(statistic, self.combinations, self.freedom) if math.isfinite(statistic) else 0.0

    def detectable(self, seeds: int) -> float:
        """Returns the smallest difference that is significant; for logarithms, the smallest ratio.

        Args:
            seeds: the number of seeds of both combinations.
        """
        difference = _critical(self.combinations, self.freedom) * self._error(seeds, seeds)
        return math.exp(difference) if self.logarithmic else difference

    def seeds_for(self, one: Values, other: Values) -> int | None:
        """Returns how many seeds would make the observed difference significant, or `None` for more than a thousand."""
        difference = self._difference(one, other)
        seeds, largest = 2, _MOST_SEEDS
        if not self._would_tell(difference, largest):
            return None
        while seeds < largest:
            middle = (seeds + largest) // 2
            seeds, largest = (seeds, middle) if self._would_tell(difference, middle) else (middle + 1, largest)
        return seeds

    def _would_tell(self, difference: float, seeds: int) -> bool:
        rows = self.combinations - 1 if self.paired else self.combinations
        return _tail(difference / self._error(seeds, seeds), self.combinations, rows * (seeds - 1)) <= LEVEL

    def _difference(self, one: Values, other: Values) -> float:
        first, second = (statistics.fmean(_transformed(values, self.logarithmic).values()) for values in (one, other))
        return abs(first - second)

    def _error(self, one: int, other: int) -> float:
        return math.sqrt(self.variance * (1 / one + 1 / other) / 2)


def _transformed(values: Values, logarithmic: bool) -> Values:
    return {seed: math.log(value) for seed, value in values.items()} if logarithmic else values


def _residuals(group: Values) -> np.ndarray[Any, Any]:
    values = np.array(list(group.values()), np.float64)
    residuals: np.ndarray[Any, Any] = values - values.mean()
    return residuals


def _is_less_skewed_in_logarithms(groups: Sequence[Values]) -> bool:
    values = [value for group in groups for value in group.values()]
    if min(values) <= 0 or max(values) < _LEAST_RATIO * min(values):
        return False
    # Two values are as far above their mean as below, so that only the lengths of the tails can tell.
    moment = 3 if max(map(len, groups)) > 2 else 4
    return _moment([_transformed(group, True) for group in groups], moment) < _moment(groups, moment) - 1e-9


def _moment(groups: Sequence[Values], power: int) -> float:
    """Returns the absolute standardized moment of all values about their combinations' means."""
    residuals = np.concatenate([_residuals(group) for group in groups])
    deviation = math.sqrt(float(np.mean(residuals**2)))
    return abs(float(np.mean((residuals / deviation) ** power))) if deviation else 0.0


def _resolution(groups: Sequence[Values]) -> float:
    """Returns the smallest distance between different values if some are equal; otherwise 0."""
    values = np.sort(np.concatenate([list(group.values()) for group in groups]))
    distances = np.diff(values)
    different = distances[distances > 0]
    return float(different.min()) if len(different) < len(distances) and len(different) else 0.0


def _between_pairs(groups: Sequence[Values]) -> tuple[float, int] | None:
    """Returns the variance without the effect of seeds and its degrees of freedom, if that effect is clear."""
    from scipy.special import fdtri

    seeds = set(groups[0])
    freedom = (len(groups) - 1) * (len(seeds) - 1)
    if freedom < _LEAST_FREEDOM or any(set(group) != seeds for group in groups):
        return None
    values = np.array([[group[seed] for seed in sorted(seeds)] for group in groups], np.float64)
    effects = values.mean(axis=0) - values.mean()
    rest = values - values.mean(axis=1, keepdims=True) - effects
    variance = float(np.square(rest).sum()) / freedom
    of_seeds = len(groups) * float(np.square(effects).sum()) / (len(seeds) - 1)
    if of_seeds <= variance * float(fdtri(len(seeds) - 1, freedom, 1 - _PAIRING_LEVEL)):
        return None
    return variance, freedom


@functools.lru_cache(maxsize=1024)
def _critical(combinations: int, freedom: int) -> float:
    from scipy import stats

    return float(stats.studentized_range.isf(LEVEL, combinations, freedom))


@functools.lru_cache(maxsize=1024)
def _tail(statistic: float, combinations: int, freedom: int) -> float:
    from scipy import stats

    return min(1.0, max(0.0, float(stats.studentized_range.sf(statistic, combinations, freedom))))


def deviation_of(values: Sequence[float]) -> float:
    """Returns the standard deviation, divided by N - 1; NaN if a value is infinite."""
    try:
        return statistics.stdev(values)
    except (ValueError, AttributeError, OverflowError):  # Python's exact sums do not support infinity
        return float("nan")
