import numpy as np
import pytest
from ganreg_metrics.distances import ROUNDING, distance_blocks, nearest_squared
from hypothesis import given, settings
from hypothesis import strategies as st


def squared_distances(x, y):
    return ((x[:, None] - y[None]) ** 2).sum(axis=2)


@given(
    st.integers(0, 2**16),
    st.integers(1, 40),
    st.integers(4, 40),
    st.integers(1, 4),
    st.sampled_from([1, 3, 7, 100]),
)
@settings(max_examples=60, deadline=None)
def test_nearest_points_do_not_depend_on_the_blocks(seed, queries, points, count, block):
    stream = np.random.default_rng(seed)
    x, y = stream.normal(size=(queries, 3)), stream.normal(size=(points, 3))
    found = nearest_squared(x, y, y.mean(axis=0), count=count, block=block)
    np.testing.assert_allclose(found, np.sort(squared_distances(x, y), axis=1)[:, :count], rtol=1e-12)


@pytest.mark.parametrize("block", [1, 4, 5, 64])
def test_within_a_set_nothing_is_its_own_neighbour(block):
    points = np.random.default_rng(0).normal(size=(23, 4))
    apart = squared_distances(points, points)
    np.fill_diagonal(apart, np.inf)
    found = nearest_squared(points, points, points.mean(axis=0), count=5, same=True, block=block)
    np.testing.assert_allclose(found, np.sort(apart, axis=1)[:, :5], rtol=1e-12)


def test_as_many_neighbours_as_there_are():
    points = np.random.default_rng(0).normal(size=(6, 2))
    found = nearest_squared(points, points, points.mean(axis=0), count=5, same=True, block=4)
    assert np.isfinite(found).all()


def test_a_copy_is_at_distance_zero_exactly():
    points = np.random.default_rng(0).normal(size=(50, 64)).astype(np.float32)
    np.testing.assert_array_equal(nearest_squared(points[:7], points, points.mean(axis=0))[:, 0], 0.0)


def test_far_from_the_origin_no_digits_are_lost():
    points = np.random.default_rng(0).normal(size=(80, 4)) + 1e6
    found = nearest_squared(points[:10], points[10:], points.mean(axis=0), count=3)
    np.testing.assert_allclose(found, np.sort(squared_distances(points[:10], points[10:]), axis=1)[:, :3], rtol=1e-12)


def test_blocks_cover_all_pairs_once():
    stream = np.random.default_rng(0)
    x, y = stream.normal(size=(11, 3)), stream.normal(size=(8, 3))
    whole = np.full((11, 8), np.nan)
    for rows, columns, squared in distance_blocks(x, y, np.zeros(3), block=3):
        assert np.isnan(whole[rows, columns]).all()
        whole[rows, columns] = squared
    np.testing.assert_allclose(whole, squared_distances(x, y), rtol=1e-12, atol=1e-12)


def test_slack_decides_what_equals_a_bound():
    """A whole number of equal distances, which rounding would scatter to both sides."""
    stream = np.random.default_rng(0)
    x = stream.normal(size=(300, 16))
    for slack, within in [(-ROUNDING, True), (ROUNDING, False)]:
        ((_, _, squared),) = distance_blocks(x, x, x.mean(axis=0), slack=slack)
        assert (np.diag(squared) <= 0).all() == within
