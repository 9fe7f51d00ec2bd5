import numpy as np
import pytest
from ganreg_datasets.quadratic import Quadratic

import ganreg


@pytest.mark.parametrize(("half_width", "offset"), [(5.0, 5.0), (2.0, -1.0)])
def test_every_point_lies_on_the_parabola(half_width, offset):
    data = Quadratic(half_width=half_width, offset=offset, samples=5000).load()
    for x, y in (data.train.T.astype(np.float64), data.test.T.astype(np.float64)):
        np.testing.assert_allclose(y, x**2 + offset, atol=1e-5)
        assert np.abs(x).max() <= half_width


def test_x_is_uniform_over_the_whole_width():
    x = Quadratic(samples=40_000).load().train[:, 0]
    counts, _ = np.histogram(x, bins=10, range=(-5, 5))
    # a bin's count is binomial(40,000, 0.1): 4000 with a standard deviation of 60
    assert np.abs(counts - 4000).max() < 5 * 60


def test_defaults():
    data = Quadratic().load()
    assert (data.train.shape, data.test.shape) == ((100_000, 2), (10_000, 2))
    assert data.spec == Quadratic().spec() == ganreg.DataSpec((2,))
    assert data.train[:, 1].min() == pytest.approx(5.0, abs=1e-3)
    assert data.train[:, 1].max() == pytest.approx(30.0, abs=0.1)


def test_the_seed_decides_and_the_parts_differ():
    first = Quadratic(samples=100, seed=1).load()
    np.testing.assert_array_equal(first.train, Quadratic(samples=100, seed=1).load().train)
    assert not np.array_equal(first.train, Quadratic(samples=100, seed=2).load().train)
    assert not np.isin(first.test[:, 0], first.train[:, 0]).any()


def test_a_curve_has_no_modes():
    assert Quadratic().modes() is None


@pytest.mark.parametrize("wrong", [{"half_width": -1.0}, {"samples": 0}, {"seed": -1}])
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ganreg.SpecError, match=next(iter(wrong))):
        ganreg.create("dataset", "quadratic", **wrong)
