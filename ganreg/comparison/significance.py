"""Whether seeds support that one combination differs from another."""

from __future__ import annotations

import statistics
import warnings
from collections.abc import Sequence

LEVEL = 0.05
"""The probability that any difference at all is called one among combinations that do not differ."""


def welch(one: Sequence[float], other: Sequence[float]) -> float:
    """The two-sided probability of means so far apart where there is no difference, the deviations being their own.

    Args:
        one: two values or more.
        other: likewise.
    """
    from scipy import stats

    if deviation_of(one) == deviation_of(other) == 0:
        return 1.0 if one[0] == other[0] else 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of values that are all but the same
        probability = float(stats.ttest_ind(one, other, equal_var=False).pvalue)
    return 1.0 if probability != probability else probability  # noqa: PLR0124 - NaN tells nothing apart


def over_all_pairs(probability: float, combinations: int) -> float:
    """A probability of one pair, adjusted for all pairs (Bonferroni's correction).

    The best is compared because it came out best, so that each comparison with it is the most striking of several: as
    many tests have been made as there are pairs, and not only one for each other combination.
    """
    return min(1.0, probability * combinations * (combinations - 1) / 2)


def deviation_of(values: Sequence[float]) -> float:
    """The standard deviation, divided by N - 1; NaN where values are infinite."""
    try:
        return statistics.stdev(values)
    except (ValueError, AttributeError, OverflowError):  # of which Python's exact sums know nothing
        return float("nan")
