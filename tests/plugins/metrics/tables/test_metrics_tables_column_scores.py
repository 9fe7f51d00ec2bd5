"""Scores of columns, against scipy, hand-worked shares, and themselves without each group."""

import numpy as np
import pytest
from ganreg_metrics.tables.column_scores import column_scores, missing_scores
from ganreg_metrics.tables.jackknife import Groups
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ganreg import Column

NUMBER, CATEGORY = Column("x"), Column("k", "category", tuple("abcd"))


def no_groups(*tables):
    return tuple(Groups(np.zeros(len(table), int), 0) for table in tables)


def score(column, real, fake):
    tables = np.array(real, float)[:, None], np.array(fake, float)[:, None]
    return column_scores([column], *tables, no_groups(*tables))[0, 0]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("digits", [0, 8])
def test_numbers_are_scored_by_the_statistic_of_scipy(seed, digits):
    stream = np.random.default_rng(seed)
    real, fake = stream.normal(size=80).round(digits), stream.normal(0.4, 1.3, size=53).round(digits)

    assert score(NUMBER, real, fake) == pytest.approx(1 - stats.ks_2samp(real, fake).statistic, abs=1e-12)


def test_missing_numbers_are_left_out():
    real, fake = [1.0, 2.0, np.nan, 3.0], [np.nan, 1.0, 3.0, 3.0]

    assert score(NUMBER, real, fake) == pytest.approx(1 - 1 / 3)  # at 2: two thirds of the real, a third of the others


def test_categories_are_scored_by_the_share_that_they_have_in_common():
    """Real: a 1/2, b 1/4, c 1/4; generated: a 1/4, b 1/4, d 1/2. In common: 1/4 + 1/4."""
    assert score(CATEGORY, [0, 0, 1, 2], [0, 1, 3, 3]) == pytest.approx(0.5)
    assert score(CATEGORY, [0, 0, 1, 2, np.nan], [0, 1, 3, 3]) == pytest.approx(0.5)


@pytest.mark.parametrize("column", [NUMBER, CATEGORY])
def test_a_column_without_values(column):
    assert np.isnan(score(column, [np.nan, np.nan], [0.0, 1.0]))
    assert score(column, [0.0, 1.0], [np.nan, np.nan]) == 0.0


values = st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.0, np.nan]), min_size=2, max_size=30)


@given(values, values, st.booleans())
@settings(max_examples=60, deadline=None)
def test_scores_are_within_bounds_symmetric_and_perfect_for_the_same(real, fake, is_category):
    column = CATEGORY if is_category else NUMBER
    if np.isnan(real).all() or np.isnan(fake).all():
        return
    assert 0.0 <= score(column, real, fake) <= 1.0
    assert score(column, real, fake) == pytest.approx(score(column, fake, real), abs=1e-12)
    assert score(column, real, real[::-1] * 2) == pytest.approx(1.0, abs=1e-12)


def test_each_group_is_left_out_as_if_it_were_not_there(columns, rows):
    real, fake = rows(90, 1), rows(70, 2)
    groups = tuple(Groups.drawn(len(each), 7, np.random.default_rng(0)) for each in (real, fake))
    found = column_scores(columns, real, fake, groups)

    assert found.shape == (8, 4)
    for group in range(7):
        remaining = [each[own.of != group] for each, own in zip((real, fake), groups, strict=True)]
        expected = column_scores(columns, *remaining, no_groups(*remaining))[0]
        np.testing.assert_allclose(found[1 + group], expected, atol=1e-12)


def test_shares_of_missing_values():
    real = np.array([[np.nan, 0.0, 1.0], [1.0, 0.0, np.nan], [1.0, 0.0, 1.0], [1.0, 0.0, 1.0]])
    fake = np.array([[1.0, 0.0, np.nan], [1.0, 0.0, np.nan]])

    scores = missing_scores(real, fake, no_groups(real, fake))  # a quarter against none, a quarter against all
    assert scores == pytest.approx([(0.75 + 0.25) / 2])
    assert missing_scores(real[:, 1:2], fake[:, 1:2], no_groups(real, fake)) is None


def test_shares_of_missing_values_without_each_group(rows):
    real, fake = rows(90, 1), rows(70, 2)
    groups = tuple(Groups.drawn(len(each), 5, np.random.default_rng(0)) for each in (real, fake))
    found = missing_scores(real, fake, groups)

    remaining = [each[own.of != 2] for each, own in zip((real, fake), groups, strict=True)]
    assert found[3] == pytest.approx(missing_scores(*remaining, no_groups(*remaining))[0], abs=1e-12)
