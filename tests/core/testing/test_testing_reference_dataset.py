"""The dataset for checks that need one."""

import numpy as np

from ganreg.testing.reference_dataset import ReferenceDataset


def test_the_samples_match_the_spec_and_are_the_same_each_time():
    data, again = ReferenceDataset().load(), ReferenceDataset().load()
    assert data.spec == ReferenceDataset().spec()
    assert data.train.shape == (400, 2)
    np.testing.assert_array_equal(data.train, again.train)


def test_each_class_is_a_corner_of_the_square():
    data = ReferenceDataset().load()
    corners = {0: (-1, -1), 1: (-1, 1), 2: (1, -1), 3: (1, 1)}
    for label, corner in corners.items():
        points = data.train[data.train_labels == label]
        assert len(points) == 100
        np.testing.assert_allclose(points.mean(axis=0), corner, atol=0.1)  # five standard errors
        np.testing.assert_allclose(points.std(axis=0), 0.2, atol=0.07)
