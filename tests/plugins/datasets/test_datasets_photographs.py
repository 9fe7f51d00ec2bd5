"""The dataset `photographs`: patches of scikit-learn's photographs, none of which is in both parts."""

import numpy as np
import pytest
from sklearn.datasets import load_sample_images

import ganreg


def test_patches_are_cut_at_every_stride():
    data = ganreg.create("dataset", "photographs:size=32,stride=100").load()
    temple = load_sample_images().images[0]
    assert data.train.shape == (2 * 4 * 5, 32, 32, 3)  # rows 0..300, columns 0..400 of 427 x 512
    assert data.test.shape == (2 * 4 * 1, 32, 32, 3)
    np.testing.assert_array_equal(data.train[6], temple[100:132, 100:132])
    np.testing.assert_array_equal(data.test[1], temple[100:132, 512:544])


def test_it_is_described_without_reading_it():
    dataset = ganreg.create("dataset", "photographs:size=48")
    assert dataset.spec() == ganreg.DataSpec((48, 48, 3), value_range=(-1, 1))
    assert dataset.load().spec == dataset.spec()
    assert dataset.load() is dataset.load()


@pytest.mark.parametrize("size", [0, 129])
def test_a_size_that_no_part_has_is_refused(size):
    with pytest.raises(ganreg.SpecError, match="size"):
        ganreg.create("dataset", f"photographs:size={size}")
