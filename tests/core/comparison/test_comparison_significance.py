"""Probabilities of differences, against scipy and by hand."""

import pytest
from scipy import stats

from ganreg.comparison.significance import over_all_pairs, welch


def test_welch_is_scipys_where_there_is_spread():
    one, other = [1.0, 2.0, 3.5], [2.0, 4.0, 9.0]

    assert welch(one, other) == stats.ttest_ind(one, other, equal_var=False).pvalue


@pytest.mark.parametrize(("one", "other", "probability"), [([8, 8], [8, 8], 1.0), ([8, 8], [7, 7], 0.0)])
def test_welch_of_values_without_spread(one, other, probability):
    assert welch(one, other) == probability


@pytest.mark.parametrize(("combinations", "expected"), [(2, 0.01), (3, 0.03), (8, 0.28), (40, 1.0)])
def test_the_best_of_many_is_held_to_all_pairs(combinations, expected):
    assert over_all_pairs(0.01, combinations) == pytest.approx(expected)
