"""Slices of volumes: which voxel comes where."""

import numpy as np

from ganreg.runs.volume_slices import middle_slices, side_by_side

VOLUMES = np.arange(2 * 4 * 5 * 6, dtype=np.float32).reshape(2, 4, 5, 6, 1)


def test_the_middle_slices_lie_across_depth_height_and_width():
    across_depth, across_height, across_width = middle_slices(VOLUMES)

    np.testing.assert_array_equal(across_depth, VOLUMES[:, 2])
    np.testing.assert_array_equal(across_height, VOLUMES[:, :, 2])
    np.testing.assert_array_equal(across_width, VOLUMES[:, :, :, 3])


def test_slices_stand_side_by_side_and_lower_ones_are_filled_with_grey():
    first, second = np.full((1, 3, 2, 3), 255, np.uint8), np.zeros((1, 2, 4, 3), np.uint8)

    joined = side_by_side([first, second])

    assert joined.shape == (1, 3, 2 + 1 + 4, 3)
    assert np.all(joined[0, :, :2] == 255)
    assert np.all(joined[0, :2, 3:] == 0)
    assert np.all(joined[0, 2, 3:] == 128)
    assert np.all(joined[0, :, 2] == 128)
