import numpy as np
import pytest
from ganreg_datasets.swiss_roll import SwissRoll

import ganreg


def test_without_noise_every_point_lies_on_the_spiral():
    """The roll is (t·cos t, t·sin t) for t from 1.5π to 4.5π, so that the radius tells the angle."""
    data = SwissRoll(noise=0.0, samples=2000).load()
    for points in (data.train.astype(np.float64) * 7.5, data.test.astype(np.float64) * 7.5):
        t = np.linalg.norm(points, axis=1)
        assert 1.5 * np.pi - 1e-4 <= t.min() < t.max() <= 4.5 * np.pi + 1e-4
        np.testing.assert_allclose(points, np.stack([t * np.cos(t), t * np.sin(t)], axis=1), atol=1e-4)


def test_t_is_uniform():
    t = np.linalg.norm(SwissRoll(noise=0.0, samples=20_000).load().train * 7.5, axis=1)
    counts, _ = np.histogram(t, bins=10, range=(1.5 * np.pi, 4.5 * np.pi))
    assert np.abs(counts - 2000).max() < 5 * 43


def test_noise_comes_before_the_division():
    quiet, noisy = SwissRoll(noise=0.0, samples=5000).load(), SwissRoll(samples=5000).load()
    # scikit-learn draws the roll first, so both have the same one
    np.testing.assert_allclose((noisy.train - quiet.train).std(axis=0), 0.25 / 7.5, rtol=0.05)


def test_defaults():
    data = SwissRoll().load()
    assert (data.train.shape, data.test.shape) == ((100_000, 2), (10_000, 2))
    assert data.spec == SwissRoll().spec() == ganreg.DataSpec((2,))
    assert 0.7 < data.train.std() < 1.3


def test_the_seed_decides_and_the_parts_differ():
    first = SwissRoll(samples=100, seed=1).load()
    np.testing.assert_array_equal(first.train, SwissRoll(samples=100, seed=1).load().train)
    assert not np.array_equal(first.train, SwissRoll(samples=100, seed=2).load().train)
    assert not np.isin(first.test[:, 0], first.train[:, 0]).any()


@pytest.mark.parametrize("wrong", [{"noise": -1.0}, {"samples": 0}, {"seed": -1}])
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ganreg.SpecError, match=next(iter(wrong))):
        ganreg.create("dataset", "swiss-roll", **wrong)
