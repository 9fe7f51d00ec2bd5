"""The jackknife over groups, against formulas of statistics."""

import numpy as np
import pytest
from ganreg_metrics.tables.jackknife import Groups, error_of


def test_groups_are_of_nearly_equal_sizes():
    groups = Groups.drawn(103, 10, np.random.default_rng(0))

    assert np.bincount(groups.of).tolist() == [11] * 3 + [10] * 7


def test_sums_without_each_group():
    groups = Groups(np.array([0, 1, 0, 2]), 3)

    assert groups.left_out(np.array([4.0, 2.0, 1.0])).tolist() == [7.0, 3.0, 5.0, 6.0]
    assert groups.rows(np.array([True, True, True, False])).tolist() == [3, 1, 2, 3]
    assert groups.weights(np.array([True, True, False, True])).tolist() == [[1, 1, 1], [0, 1, 1], [1, 0, 1], [1, 1, 0]]


def test_without_groups_there_are_only_all_rows():
    groups = Groups(np.zeros(4, int), 0)

    assert groups.rows(np.ones(4, bool)).tolist() == [4]
    assert groups.weights(np.ones(4, bool)).tolist() == [[1, 1, 1, 1]]


def test_the_error_of_a_mean_is_that_of_the_textbook():
    """With one row in each group, the jackknife of a mean is s / √n exactly."""
    values = np.random.default_rng(0).normal(size=50)
    groups = Groups(np.arange(50), 50)
    means = groups.left_out(values) / groups.rows(np.ones(50, bool))

    assert error_of(means) == pytest.approx(values.std(ddof=1) / np.sqrt(50), rel=1e-12)
