"""p-values of differences, compared with scipy and worked out by hand."""

import math

import numpy as np
import pytest
from scipy import stats

from ganreg.comparison.significance import deviation_of, over_all_pairs, welch


def test_welch_agrees_with_scipy():
    one, other = [1.0, 2.0, 3.5], [2.0, 4.0, 9.0]

    assert welch(one, other) == stats.ttest_ind(one, other, equal_var=False).pvalue


@pytest.mark.parametrize(("one", "other", "probability"), [([8, 8], [8, 8], 1.0), ([8, 8], [7, 7], 0.0)])
def test_welch_of_values_without_spread(one, other, probability):
    assert welch(one, other) == probability


@pytest.mark.parametrize(("combinations", "expected"), [(2, 0.01), (3, 0.03), (8, 0.28), (40, 1.0)])
def test_all_pairs_are_counted(combinations, expected):
    assert over_all_pairs(0.01, combinations) == pytest.approx(expected)


def test_the_deviation_is_numpys_with_one_degree_of_freedom_less():
    values = [1.0, 2.0, 4.5]

    assert deviation_of(values) == pytest.approx(np.std(values, ddof=1), rel=1e-12)


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_a_value_that_is_not_finite_has_no_deviation_and_shows_no_difference(value):
    assert math.isnan(deviation_of([1.0, value]))
    assert welch([1.0, value], [2.0, 3.0]) == 1.0
