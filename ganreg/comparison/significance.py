"""Tests whether two combinations differ significantly, given the scores of several seeds."""

from __future__ import annotations

import statistics
import warnings
from collections.abc import Sequence

LEVEL = 0.05
"""The significance level: the probability of reporting any difference among combinations that do not differ."""


def welch(one: Sequence[float], other: Sequence[float]) -> float:
    """Returns the two-sided p-value of Welch's t-test, which does not assume equal variances.

    Args:
        one: at least two values.
        other: at least two values.
    """
    from scipy import stats

    if deviation_of(one) == deviation_of(other) == 0:
        return 1.0 if one[0] == other[0] else 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # about values that are almost identical
        probability = float(stats.ttest_ind(one, other, equal_var=False).pvalue)
    return 1.0 if probability != probability else probability  # noqa: PLR0124 - NaN shows no difference


def over_all_pairs(probability: float, combinations: int) -> float:
    """Returns the p-value of one pair, adjusted for all pairs (Bonferroni correction).

    The best combination is selected by the same scores that are tested, so its differences from the others are
    exaggerated. The correction therefore counts all pairs, and not only those that contain the best.

    Args:
        probability: the p-value of one pair.
        combinations: the number of combinations.
    """
    return min(1.0, probability * combinations * (combinations - 1) / 2)


def deviation_of(values: Sequence[float]) -> float:
    """Returns the standard deviation, divided by N - 1; NaN if a value is infinite."""
    try:
        return statistics.stdev(values)
    except (ValueError, AttributeError, OverflowError):  # Python's exact sums do not support infinity
        return float("nan")
