import numpy as np
import pytest
from ganreg_metrics.nearest_neighbour import NearestNeighbour

import ganreg


def nearest(x, y):
    return np.sort(np.linalg.norm(x[:, None] - y[None], axis=2), axis=1)


@pytest.fixture(scope="module")
def real():
    return np.random.default_rng(0).normal(size=(300, 4))


@pytest.fixture(scope="module")
def new():
    return np.random.default_rng(1).normal(size=(250, 4))


def test_equals_the_definition_with_each_real_held_out_in_turn(real, new):
    held_out, fake = nearest(real, real)[:, 1], nearest(new, real)[:, 0]
    value = NearestNeighbour().compute(real, new)
    assert value["nearest_neighbour"] == pytest.approx(np.median(fake) / np.median(held_out), rel=1e-9)
    assert value["closer"] == pytest.approx((fake[None] < held_out[:, None]).mean(), rel=1e-12)


def test_equals_the_definition_with_held_out_data(real, new):
    held_out, fake = nearest(real[200:], real[:200])[:, 0], nearest(new, real[:200])[:, 0]
    value = NearestNeighbour().compute_held_out(real[:200], new, real[200:])
    assert value["nearest_neighbour"] == pytest.approx(np.median(fake) / np.median(held_out), rel=1e-9)
    assert value["closer"] == pytest.approx((fake[None] < held_out[:, None]).mean(), rel=1e-12)


def test_new_samples_are_as_far_away_as_held_out_ones(real, new):
    value = NearestNeighbour().compute(real, new)
    assert value["nearest_neighbour"] == pytest.approx(1.0, abs=4 * value["nearest_neighbour_error"])
    assert value["closer"] == pytest.approx(0.5, abs=4 * value["closer_error"])
    assert value["nearest_neighbour_error"] < 0.1
    assert value["closer_error"] < 0.05


def test_copies_are_caught_wherever_they_come_from(real):
    assert NearestNeighbour().compute(real, real[::2])["nearest_neighbour"] == 0.0
    nearly = NearestNeighbour().compute(real, real + 1e-3)
    assert nearly["nearest_neighbour"] < 0.02
    assert nearly["closer"] > 0.95


def test_far_samples_have_a_great_ratio(real, new):
    value = NearestNeighbour().compute(real, 10 * new)
    assert value["nearest_neighbour"] > 3
    assert value["closer"] < 0.1


def test_a_tie_counts_half():
    points = np.arange(10.0)[:, None]
    assert NearestNeighbour().compute(points, points + 10)["closer"] == pytest.approx(0.5 * 0.1)
    assert NearestNeighbour().compute(points, points[:4] - 1.0 + [[0.0]])["closer"] == pytest.approx((3 + 0.5) / 4)


def test_indifferent_to_the_unit_and_the_place(real, new):
    value = NearestNeighbour().compute(real, new)
    assert NearestNeighbour().compute(7 * real + 3, 7 * new + 3) == pytest.approx(value, rel=1e-9)


def test_data_full_of_duplicates_is_refused():
    with pytest.raises(ganreg.DataError, match="most held-out samples equal a training sample"):
        NearestNeighbour().compute(np.zeros((20, 2)), np.ones((20, 2)))


def test_held_out_data_that_is_not_finite_is_refused(real, new):
    with pytest.raises(ganreg.DataError, match="held-out features contain NaN or infinity"):
        NearestNeighbour().compute_held_out(real, new, np.full((20, 4), np.nan))
