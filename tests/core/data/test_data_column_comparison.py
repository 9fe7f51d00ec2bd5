"""What a report shows of each column: bars, histograms, and bounds for wide tables."""

import numpy as np
import pytest

from ganreg import Column
from ganreg.data.column_comparison import compared


def shown(column, real, generated):
    real, generated = (np.array(each, float)[:, None] for each in (real, generated))
    return compared([column], real, generated, None).columns[0]


def test_categories_are_bars_with_their_shares_of_present_values():
    column = shown(Column("city", "category", ["Rome", "Oslo"]), [0, 0, 1, np.nan], [1, np.nan, np.nan, np.nan])

    assert (column.labels, column.real, column.generated) == (["Rome", "Oslo"], [0.666667, 0.333333], [0.0, 1.0])
    assert (column.missing_real, column.missing_generated) == (0.25, 0.75)


def test_rare_categories_share_the_last_bar():
    real = np.repeat(np.arange(30), np.arange(30, 0, -1))
    column = shown(Column("k", "category", list(map(str, range(30)))), real, [0, 29])

    assert column.labels == [*map(str, range(19)), "11 others"]
    assert column.real[-1] == pytest.approx(66 / 465, abs=1e-6)
    assert (column.generated[0], column.generated[-1], column.rest) == (0.5, 0.5, 11)


def test_few_numbers_are_bars_with_one_for_all_others():
    column = shown(Column("children"), [0, 0, 1, 2], [0, 1.5, 2, 2])

    assert column.labels == ["0", "1", "2", "other"]
    assert (column.real, column.generated) == ([0.5, 0.25, 0.25, 0.0], [0.25, 0.0, 0.5, 0.25])


def test_many_numbers_are_a_histogram_over_the_real_range():
    stream = np.random.default_rng(0)
    real, generated = stream.uniform(0, 1, 5000), stream.uniform(0, 2, 5000)
    column = shown(Column("x"), real, generated)

    assert column.edges[0] == real.min()
    assert column.edges[-1] == real.max()
    assert len(column.edges) == 41
    assert column.outside == pytest.approx(0.5, abs=0.03)
    assert sum(column.generated) == pytest.approx(1 - column.outside, abs=1e-4)
    np.testing.assert_allclose(column.real, np.histogram(real, column.edges)[0] / 5000, atol=1e-6)


def test_a_few_values_far_away_do_not_squeeze_the_others():
    real = np.append(np.linspace(0, 1, 5000), 1e6)
    column = shown(Column("x"), real, real)

    assert column.edges[-1] == pytest.approx(1.0, abs=0.01)
    assert 0 < column.outside < 0.01


def test_bins_of_whole_numbers_hold_as_many_of_them_each():
    column = shown(Column("age"), np.arange(90.0), np.arange(90.0))

    assert set(np.diff(column.edges)) == {3.0}
    assert set(column.real[:-1]) == {round(3 / 90, 6)}
    days = shown(Column("when", "date"), 86_400.0 * np.arange(30), 86_400.0 * np.arange(30))
    assert set(np.diff(days.edges)) == {86_400.0}


@pytest.mark.parametrize("real", [[np.nan] * 3, [-1.7e308, *np.linspace(0, 1, 40), 1.7e308]])
def test_what_cannot_be_drawn_leaves_no_bars(real):
    column = shown(Column("x"), real, [1.0, 2.0])

    assert (list(column.real), list(column.edges), list(column.labels)) == ([], [], [])


def test_constant_numbers_have_a_range():
    column = shown(Column("when", "date"), [5e8] * 30, [5e8, 6e8])

    assert column.edges[0] < 5e8 < column.edges[-1]
    assert column.outside == 0.5


def test_scores_stand_next_to_their_columns_and_are_rounded():
    columns = [Column("a"), Column("b")]
    pairs = np.array([[np.nan, 0.12345678], [0.12345678, np.nan]])
    found = compared(columns, np.zeros((3, 2)), np.zeros((4, 2)), (np.array([0.98765432, np.nan]), pairs))

    assert [column.score for column in found.columns] == [0.9877, None]
    assert (found.paired, found.pairs) == (["a", "b"], [[None, 0.1235], [0.1235, None]])
    assert (found.real_samples, found.samples, found.left_out) == (3, 4, 0)


def test_of_very_many_columns_the_worst_are_kept():
    columns = [Column(f"c{place}") for place in range(510)]
    scores = np.linspace(0, 1, 510)
    found = compared(columns, np.zeros((3, 510)), np.zeros((3, 510)), (scores, np.minimum.outer(scores, scores)))

    assert [column.name for column in found.columns] == [f"c{place}" for place in range(500)]
    assert found.left_out == 10
    assert found.paired == [f"c{place}" for place in range(60)]
    assert len(found.pairs) == len(found.pairs[0]) == 60
