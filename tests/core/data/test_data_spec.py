"""The description of one sample."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ganreg


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"shape": ()}, "at least one axis"),
        ({"shape": (2, 0)}, "positive sizes"),
        ({"shape": (2,), "num_classes": 0}, "num_classes must be at least 1"),
        ({"shape": (2,), "value_range": (1, 1)}, "value_range must be"),
    ],
)
def test_a_description_that_cannot_be(fields, message):
    with pytest.raises(ganreg.DataError, match=message):
        ganreg.DataSpec(**fields)


def test_a_description_in_words():
    spec = ganreg.DataSpec((8, 8, 1), num_classes=10)
    assert (str(spec), spec.size, spec.is_image) == ("8x8x1 in 10 classes", 64, True)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"shape": 3}, "shape must be integers, got 3"),
        ({"shape": "ab"}, "shape must be integers, got 'ab'"),
        ({"shape": (2,), "value_range": 1}, r"value_range must be \(minimum, maximum\), got 1"),
        ({"shape": (2,), "value_range": (0, 1, 2)}, r"value_range must be \(minimum, maximum\)"),
    ],
)
def test_what_is_no_shape_or_range_is_refused(fields, message):
    with pytest.raises(ganreg.DataError, match=message):
        ganreg.DataSpec(**fields)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_the_size_is_that_of_an_array_of_the_shape(shape):
    spec = ganreg.DataSpec(shape)
    assert spec.size == np.zeros(shape).size
    assert spec.is_image is (len(shape) == 3)


def test_a_description_can_be_a_key():
    """Whatever the numbers came as."""
    assert len({ganreg.DataSpec([2, 3], 4, [0, 1]), ganreg.DataSpec((np.int64(2), 3.0), 4, (0.0, 1.0))}) == 1
