import numpy as np
import pytest
from ganreg_metrics.features import blocks, checked, checked_pair, mean_of, one_dimension
from hypothesis import given, settings
from hypothesis import strategies as st

from ganreg import DataError


@given(st.integers(0, 100), st.integers(1, 40))
@settings(deadline=None)
def test_blocks_cover_each_row_once_in_order(count, size):
    rows = [np.arange(count)[block] for block in blocks(count, size)]

    assert np.concatenate([[], *rows]).tolist() == list(range(count))
    assert all(0 < len(block) <= size for block in rows)
    assert len(rows) == -(-count // size)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int64, np.uint8, bool])
@pytest.mark.parametrize(("shape", "expected"), [((6,), (6, 1)), ((6, 2), (6, 2)), ((6, 2, 3), (6, 6))])
def test_features_keep_their_type_and_lose_further_axes(dtype, shape, expected):
    features = np.ones(shape, dtype)

    array = checked(features, "real", metric="kernel")

    assert (array.shape, array.dtype) == (expected, features.dtype)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (np.array(["a"]), "kernel: real features must be real numbers, got an array of <U1"),
        (np.ones(3, complex), "must be real numbers, got an array of complex128"),
        (np.float64(1.0), r"must be an array \[N, F\], got shape \(\)"),
        (np.ones((4, 0)), r"must be an array \[N, F\], got shape \(4, 0\)"),
        (np.ones((4, 1)), r"4 real samples are too few; it needs at least 5 \(for reasons\)"),
        (np.array([1.0, 2.0, np.nan, 3.0, 4.0]), "real features contain NaN or infinity; has the training diverged?"),
        (np.array([1.0, 2.0, -np.inf, 3.0, 4.0]), "real features contain NaN or infinity"),
    ],
)
def test_wrong_features_are_refused(wrong, message):
    with pytest.raises(DataError, match=message):
        checked(wrong, "real", metric="kernel", minimum=5, why="for reasons")


def test_both_sets_need_the_same_number_of_features():
    with pytest.raises(DataError, match="real samples have 2 features, but generated samples have 3; use the same"):
        checked_pair(np.ones((4, 2)), np.ones((5, 3)), metric="kernel")


def test_a_single_feature_becomes_float64():
    values = one_dimension(np.array([[1], [2]], np.float32), "moments")

    assert (values.tolist(), values.dtype) == ([1.0, 2.0], np.float64)
    with pytest.raises(DataError, match="moments compares samples with one feature, got 2 features; use 'sliced-"):
        one_dimension(np.ones((3, 2)), "moments")


def test_the_mean_is_taken_in_float64():
    features = np.full((100_000, 1), 0.1, np.float32)

    assert mean_of(features) == pytest.approx(np.float32(0.1), rel=1e-12)
