import numpy as np
import pytest
from ganreg_datasets.gaussian_1d import Gaussian1D

import ganreg

COUNT = 40_000


@pytest.mark.parametrize(("mean", "deviation"), [(4.0, 0.5), (-2.0, 3.0)])
def test_both_parts_have_the_mean_and_deviation_asked_for(mean, deviation):
    data = Gaussian1D(mean=mean, standard_deviation=deviation, samples=COUNT).load()
    for part in (data.train, data.test):
        # five standard errors: of the mean, sigma / sqrt(N); of the deviation, sigma / sqrt(2 N)
        assert part.mean(dtype=np.float64) == pytest.approx(mean, abs=5 * deviation / np.sqrt(len(part)))
        assert part.std(dtype=np.float64) == pytest.approx(deviation, abs=5 * deviation / np.sqrt(2 * len(part)))


def test_the_shape_is_a_normal_one():
    standard = (Gaussian1D(samples=COUNT).load().train - 4.0) / 0.5
    for quantile, expected in ((0.025, -1.96), (0.25, -0.6745), (0.975, 1.96)):
        assert np.quantile(standard, quantile) == pytest.approx(expected, abs=0.06)


def test_defaults():
    data = Gaussian1D().load()
    assert (data.train.shape, data.test.shape) == ((100_000, 1), (10_000, 1))
    assert data.spec == Gaussian1D().spec() == ganreg.DataSpec((1,))


def test_the_parts_share_no_sample_and_do_not_move_together():
    data = Gaussian1D(samples=1000).load()
    assert not np.isin(data.test, data.train).any()
    assert abs(np.corrcoef(data.train[:100, 0], data.test[:, 0])[0, 1]) < 0.5


def test_the_seed_alone_decides():
    first, again = Gaussian1D(samples=50, seed=3).load(), Gaussian1D(samples=50, seed=3).load()
    np.testing.assert_array_equal(first.train, again.train)
    np.testing.assert_array_equal(first.test, again.test)
    assert not np.array_equal(first.train, Gaussian1D(samples=50, seed=4).load().train)


def test_one_sample_still_has_a_held_out_part():
    data = Gaussian1D(samples=1).load()
    assert (len(data.train), len(data.test)) == (1, 1)


@pytest.mark.parametrize("wrong", [{"standard_deviation": 0.0}, {"samples": 0}, {"seed": -1}])
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ganreg.SpecError, match=next(iter(wrong))):
        ganreg.create("dataset", "gaussian-1d", **wrong)
