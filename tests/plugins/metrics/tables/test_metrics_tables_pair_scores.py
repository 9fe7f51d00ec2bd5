"""Scores of pairs of columns, against pandas, hand-worked tables, and themselves without each group."""

import numpy as np
import pandas as pd
import pytest
from ganreg_metrics.tables.jackknife import Groups
from ganreg_metrics.tables.pair_scores import pair_scores

from ganreg import Column

NUMBERS = (Column("x"), Column("y", "date"), Column("z"))
CATEGORIES = (Column("a", "category", ("u", "v")), Column("b", "category", ("p", "q")))


def scores(columns, real, fake, bins=10):
    groups = tuple(Groups(np.zeros(len(each), int), 0) for each in (real, fake))
    return pair_scores(columns, np.array(real, float), np.array(fake, float), groups, bins)[0]


def correlated(seed, count=60):
    stream = np.random.default_rng(seed)
    x = stream.normal(size=count)
    rows = np.stack([x, 1e9 + 3e5 * (x + stream.normal(size=count)), stream.exponential(size=count) - x], axis=1)
    rows[stream.random(rows.shape) < 0.15] = np.nan
    return rows


def test_numbers_are_scored_by_the_correlations_of_pandas():
    """pandas leaves out the rows in which either value is missing, too."""
    real, fake = correlated(1), correlated(2)
    correlations = [pd.DataFrame(each).corr().to_numpy() for each in (real, fake)]
    expected = 1 - np.abs(correlations[0] - correlations[1]) / 2
    np.fill_diagonal(expected, np.nan)

    np.testing.assert_allclose(scores(NUMBERS, real, fake), expected, atol=1e-12)


def test_categories_are_scored_by_their_contingency_tables():
    """Real: half (u, p), half (v, q); generated: a quarter of each. They have two quarters in common."""
    real, fake = [[0, 0], [1, 1]], [[0, 0], [0, 1], [1, 0], [1, 1]]

    found = scores(CATEGORIES, real, fake)
    assert found[0, 1] == found[1, 0] == pytest.approx(0.5)
    assert np.isnan(found[0, 0])


def test_a_missing_category_is_one_of_its_own():
    real, fake = [[0, np.nan], [1, np.nan]], [[0, 0], [1, np.nan]]

    assert scores(CATEGORIES, real, fake)[0, 1] == pytest.approx(0.5)


def test_numbers_next_to_categories_are_binned_over_the_real_range():
    """Two bins, below and from 5: real (low, u), (high, v); generated (low, u) twice and (far above, v) twice."""
    columns = (NUMBERS[0], CATEGORIES[0])
    real, fake = [[0.0, 0], [10.0, 1]], [[4.9, 0], [-3.0, 0], [5.0, 1], [99.0, 1]]

    assert scores(columns, real, fake, bins=2)[0, 1] == pytest.approx(1.0)
    assert scores(columns, real, [[4.9, 1], [-3.0, 0], [5.0, 1], [99.0, 1]], bins=2)[0, 1] == pytest.approx(0.75)
    assert scores(columns, [[0.0, 0], [np.nan, 1]], [[0.0, 0], [0.0, 1]], bins=2)[0, 1] == pytest.approx(0.5)


def test_constant_numbers():
    varied, constant = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]), np.array([[0.0, 5.0], [1.0, 5.0], [2.0, 5.0]])

    assert np.isnan(scores(NUMBERS[:2], constant, varied)).all()
    assert scores(NUMBERS[:2], varied, constant)[0, 1] == pytest.approx(0.5)  # |1 - 0| / 2 below 1
    assert np.isnan(scores(NUMBERS[:2], constant + 1e-12 * varied, varied)[0, 1])


def test_numbers_of_any_size_correlate():
    real = correlated(3)[:, :2]
    huge = real * [1e150, 1e-150]

    np.testing.assert_allclose(scores(NUMBERS[:2], huge, real), scores(NUMBERS[:2], real, real), atol=1e-9)


def test_many_categories_are_counted_like_few():
    many = [Column(name, "category", tuple(map(str, range(300)))) for name in "ab"]
    stream = np.random.default_rng(0)
    real, fake = stream.integers(0, 300, (40, 2)), stream.integers(0, 300, (50, 2))
    real[:10] = fake[:10]
    shares = [pd.Series(map(tuple, each)).value_counts(normalize=True) for each in (real, fake)]
    expected = 1 - shares[0].sub(shares[1], fill_value=0).abs().sum() / 2

    assert scores(many, real, fake)[0, 1] == pytest.approx(expected, abs=1e-12)
    assert expected > 0.1


def test_each_group_is_left_out_as_if_it_were_not_there(columns, rows):
    real, fake = rows(90, 1), rows(70, 2)
    real[0, 0], real[1, 0] = -9.0, 9.0  # the bins stay the same
    groups = [Groups.drawn(len(each), 6, np.random.default_rng(0)) for each in (real, fake)]
    groups[0].of[:2] = 0
    found = pair_scores(columns, real, fake, tuple(groups), 4)

    for group in range(1, 6):
        remaining = [each[own.of != group] for each, own in zip((real, fake), groups, strict=True)]
        expected = scores(columns, *remaining, bins=4)
        # Dates are binned over the range of all rows, so only their correlation is compared.
        np.testing.assert_allclose(found[1 + group][0], expected[0], atol=1e-12)
        np.testing.assert_allclose(found[1 + group][2, 3], expected[2, 3], atol=1e-12)
