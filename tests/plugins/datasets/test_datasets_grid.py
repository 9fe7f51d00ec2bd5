import itertools

import numpy as np
import pytest
from ganreg_datasets.grid import Grid

import ganreg


def test_the_25_means():
    modes = Grid().modes()
    expected = list(itertools.product([-4.0, -2.0, 0.0, 2.0, 4.0], repeat=2))
    np.testing.assert_array_equal(modes.means, expected)
    assert modes.standard_deviation == 0.05


@pytest.mark.parametrize(("side", "along"), [(1, [0.0]), (2, [-0.5, 0.5]), (10, np.arange(10) - 4.5)])
def test_other_sides_are_centred_too(side, along):
    means = Grid(side=side, spacing=1.0).modes().means
    np.testing.assert_allclose(means, list(itertools.product(along, repeat=2)))
    assert len(np.unique(means, axis=0)) == side**2


def test_scale_multiplies_everything():
    plain, scaled = Grid(samples=1000), Grid(samples=1000, scale=0.25)
    np.testing.assert_allclose(scaled.load().train, 0.25 * plain.load().train, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(scaled.modes().means, 0.25 * plain.modes().means)
    assert scaled.modes().standard_deviation == 0.0125


def test_points_gather_around_the_modes_in_equal_parts():
    dataset = Grid(samples=50_000)
    points, modes = dataset.load().train.astype(np.float64), dataset.modes()
    chosen = np.linalg.norm(points[:, None] - modes.means, axis=2).argmin(axis=1)
    # a mode's count is binomial(50,000, 1/25): 2000 with a standard deviation of 44
    assert np.abs(np.bincount(chosen, minlength=25) - 2000).max() < 5 * 44
    np.testing.assert_allclose((points - modes.means[chosen]).std(axis=0), 0.05, rtol=0.02)


def test_wgan_gps_scale_gives_unit_variance():
    np.testing.assert_allclose(Grid(samples=50_000, scale=1 / 2.828).load().train.std(axis=0), 1.0, atol=0.01)


def test_defaults():
    data = Grid().load()
    assert (data.train.shape, data.test.shape) == ((100_000, 2), (10_000, 2))
    assert data.spec == Grid().spec() == ganreg.DataSpec((2,))


def test_the_seed_decides_and_the_parts_differ():
    first = Grid(samples=100, seed=1).load()
    np.testing.assert_array_equal(first.train, Grid(samples=100, seed=1).load().train)
    assert not np.array_equal(first.train, Grid(samples=100, seed=2).load().train)
    assert not np.isin(first.test[:, 0], first.train[:, 0]).any()


@pytest.mark.parametrize(
    "wrong",
    [{"side": 0}, {"spacing": 0.0}, {"standard_deviation": -1.0}, {"scale": 0.0}, {"samples": 0}, {"seed": -1}],
)
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ganreg.SpecError, match=next(iter(wrong))):
        ganreg.create("dataset", "grid", **wrong)
