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
        ({"shape": (2,), "value_range": (0, np.inf)}, r"value_range must be \(minimum, maximum\), both finite"),
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


PAIRED = ganreg.DataSpec((4, 4, 1), 3, (-1, 1), source=ganreg.DataSpec((2, 2, 3), value_range=(0, 1)), paired=True)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"paired": True}, "paired data need the description of a source"),
        ({"source": (2, 2, 3)}, r"the description of a source must be a DataSpec, got \(2, 2, 3\)"),
    ],
)
def test_a_source_is_described_as_samples_are(fields, message):
    with pytest.raises(ganreg.DataError, match=message):
        ganreg.DataSpec((2,), **fields)


def test_sources_are_part_of_the_description_and_can_be_left_out():
    assert PAIRED.without_source == ganreg.DataSpec((4, 4, 1), 3, (-1, 1))
    others = [ganreg.DataSpec((4, 4, 1), 3, (-1, 1), source=PAIRED.source), PAIRED.without_source]
    assert len({PAIRED, *others}) == 3


AXES = st.lists(st.integers(1, 4), max_size=2)


@given(AXES, st.integers(1, 4), st.integers(1, 4))
def test_joined_samples_are_concatenated_along_their_last_axis(axes, first, second):
    one, other = (ganreg.DataSpec([*axes, last]) for last in (first, second))
    both = np.concatenate([np.zeros((5, *one.shape)), np.zeros((5, *other.shape))], axis=-1)
    assert one.joined(other).shape == both.shape[1:]


def test_vectors_become_constant_channels_of_images():
    assert ganreg.DataSpec((8, 6, 3)).joined(ganreg.DataSpec((5,))).shape == (8, 6, 8)


@pytest.mark.parametrize(
    ("first", "second"), [((8, 8, 1), (4, 4, 1)), ((3,), (8, 8, 1)), ((4, 2), (3,)), ((8, 8, 1), (8, 1))]
)
def test_samples_with_other_axes_cannot_be_joined(first, second):
    with pytest.raises(ganreg.DataError, match="cannot be joined along their last axis"):
        ganreg.DataSpec(first).joined(ganreg.DataSpec(second))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [((-1, 1), (-1, 1), (-1, 1)), ((-1, 1), (0, 1), (-1, 1)), ((-1, 1), None, None), (None, None, None)],
)
def test_joined_samples_have_the_range_in_which_networks_see_both(first, second, expected):
    one, other = ganreg.DataSpec((2,), 7, first), ganreg.DataSpec((3,), 4, second)
    assert one.joined(other) == ganreg.DataSpec((5,), 7, expected)


def test_joined_samples_have_no_sources():
    assert PAIRED.joined(PAIRED) == ganreg.DataSpec((4, 4, 2), 3, (-1, 1))


def test_networks_see_every_range_as_the_same_one():
    seen = ganreg.DataSpec((4, 4, 1), 3, (-1, 1), source=ganreg.DataSpec((2, 2, 3), value_range=(-1, 1)), paired=True)
    assert PAIRED.as_seen == seen
    assert ganreg.DataSpec((4,), value_range=(0, 255)).as_seen == ganreg.DataSpec((4,), value_range=(-1, 1))
    assert seen.as_seen is seen
    unbounded = ganreg.DataSpec((4,))
    assert unbounded.as_seen is unbounded
