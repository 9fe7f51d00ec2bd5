"""The ellipsoids, against their volumes and what a cavity is."""

import numpy as np
import pytest
from ganreg_datasets.ellipsoids import Ellipsoids
from scipy import ndimage

import ganreg


@pytest.fixture(scope="module")
def data():
    return Ellipsoids(samples=200).load()


def test_samples_are_as_described(data):
    assert Ellipsoids().spec() == ganreg.DataSpec((16, 16, 16, 1), num_classes=2, value_range=(-1, 1))
    assert (data.train.shape, data.test.shape) == ((200, 16, 16, 16, 1), (20, 16, 16, 16, 1))
    assert data.spec == Ellipsoids().spec()
    assert data.class_names == ("solid", "hollow")
    assert -1 <= data.train.min() < -0.99 < 0.9 < data.train.max() <= 1
    assert ganreg.create("dataset", "ellipsoids:side=12").load().train.shape == (4000, 12, 12, 12, 1)


def test_classes_are_equally_likely(data):
    assert abs(data.train_labels.mean() - 0.5) < 5 * 0.5 / np.sqrt(200)


def test_each_volume_has_one_body_and_hollow_ones_a_cavity_that_is_closed(data):
    for volume, hollow in zip(data.train[..., 0], data.train_labels, strict=True):
        outside, count = ndimage.label(volume <= 0)
        _, bodies = ndimage.label(volume > 0)

        assert bodies == 1
        assert count == 1 + hollow
        assert outside[0, 0, 0] == 1


def test_solid_ones_have_the_volume_of_ellipsoids(data):
    """4/3·π·abc of half axes uniform in 0.22..0.4 of the side: the mean is 4/3·π·0.31³."""
    filled = (data.train[data.train_labels == 0] > 0).mean(axis=(1, 2, 3, 4))

    assert filled.mean() == pytest.approx(4 / 3 * np.pi * 0.31**3, rel=0.1)


def test_the_seed_decides_and_the_parts_differ():
    first = Ellipsoids(samples=20, seed=1).load()

    np.testing.assert_array_equal(first.train, Ellipsoids(samples=20, seed=1).load().train)
    assert not np.array_equal(first.train, Ellipsoids(samples=20, seed=2).load().train)
    assert not np.array_equal(first.test, first.train[:2])


@pytest.mark.parametrize("wrong", [{"side": 4}, {"samples": 0}, {"seed": -1}])
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ganreg.SpecError, match=next(iter(wrong))):
        ganreg.create("dataset", "ellipsoids", **wrong)
