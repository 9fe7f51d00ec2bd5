import numpy as np
import pytest
from ganreg_datasets.ring import Ring

import ganreg


def nearest(points, means):
    """Index of the nearest mean and the distance to it along each axis."""
    chosen = np.linalg.norm(points[:, None] - means, axis=2).argmin(axis=1)
    return chosen, points - means[chosen]


@pytest.mark.parametrize("gaussians", [1, 2, 3, 8, 25])
def test_means_are_spread_evenly_and_none_twice(gaussians):
    means = Ring(gaussians=gaussians, radius=3.0).modes().means
    assert means.shape == (gaussians, 2)
    assert means.dtype == np.float64
    np.testing.assert_allclose(np.linalg.norm(means, axis=1), 3.0)
    np.testing.assert_allclose(means[0], [3.0, 0.0], atol=1e-12)
    chord = 2 * 3.0 * np.sin(np.pi / gaussians)
    np.testing.assert_allclose(np.linalg.norm(means - np.roll(means, 1, axis=0), axis=1), chord, atol=1e-12)


def test_the_second_mean_is_anticlockwise():
    np.testing.assert_allclose(Ring(gaussians=4).modes().means[1], [0.0, 1.0], atol=1e-12)


def test_points_gather_around_the_modes_in_equal_parts():
    dataset = Ring(samples=40_000)
    modes, data = dataset.modes(), dataset.load()
    chosen, off = nearest(data.train.astype(np.float64), modes.means)
    # a mode's count is binomial(40,000, 1/8): 5000 with a standard deviation of 66
    assert np.abs(np.bincount(chosen, minlength=8) - 5000).max() < 5 * 66
    np.testing.assert_allclose(off.std(axis=0), 0.01, rtol=0.03)
    np.testing.assert_allclose(off.mean(axis=0), 0.0, atol=3e-4)
    assert modes.standard_deviation == 0.01


def test_defaults_are_pacgans():
    data = Ring().load()
    assert (data.train.shape, data.test.shape) == ((100_000, 2), (10_000, 2))
    assert data.spec == Ring().spec() == ganreg.DataSpec((2,))
    assert data.train_labels is None
    assert len(Ring().modes()) == 8


def test_the_seed_decides_and_the_parts_differ():
    first = Ring(samples=100, seed=1).load()
    np.testing.assert_array_equal(first.train, Ring(samples=100, seed=1).load().train)
    assert not np.array_equal(first.train, Ring(samples=100, seed=2).load().train)
    assert not np.isin(first.test[:, 0], first.train[:, 0]).any()


@pytest.mark.parametrize(
    "wrong", [{"gaussians": 0}, {"radius": 0.0}, {"standard_deviation": 0.0}, {"samples": 0}, {"seed": -1}]
)
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ganreg.SpecError, match=next(iter(wrong))):
        ganreg.create("dataset", "ring", **wrong)
