"""Labels of every form become class numbers, or the message says which form is meant."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ganreg
from ganreg.data.labels import Labels, as_labels, names_in, read_labels, refuse_columns


@pytest.mark.parametrize(
    "labels",
    [
        [0, 2, 1],
        [[0], [2], [1]],
        [0.0, 2.0, 1.0],
        np.array([0, 2, 1], np.uint8),
        np.eye(3)[[0, 2, 1]],
        np.eye(3, dtype=bool)[[0, 2, 1]],
        np.eye(4, dtype=np.uint8)[[0, 2, 1]],
        np.array([0, 2, 1], object),
    ],
)
def test_labels_become_int32(labels):
    found = as_labels(labels, 3)
    assert found.dtype == np.int32
    assert found.tolist() == [0, 2, 1]


def test_truth_values_are_two_classes():
    assert as_labels([True, False, True], 3).tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1], r"3 of them, got shape \(2,\)"),
        ([[0, 1], [1, 0]], r"3 of them, got shape \(2, 2\)"),
        ([[0, 1, 0], [1, 0, 1], [0, 1, 0]], r"shape \(3, 3\) but are not one-hot.*labels\.argmax\(1\)"),
        ([[0.9, 0.1], [0.5, 0.5], [1, 0]], "are not one-hot"),
        ([[0, 0], [1, 0], [1, 0]], "are not one-hot"),
        ([[0, np.nan], [1, 0], [1, 0]], "are not one-hot"),
        (np.zeros((3, 2, 2)), r"got shape \(3, 2, 2\)"),
        ([0, 0.5, 1], "whole class numbers, got an array of float64 with fractions or NaN"),
        (["a", "b", "c"], "are text, but the names of the classes are not known; .*np.unique"),
        ([0, -1, 2], r"start at 0, got -1\.\.2"),
        ([0, 2**31, 2], r"start at 0, got 0\.\.2\.14748e\+09"),
        ([0, np.nan, 2], "whole class numbers"),
        ([0, None, 2], "must be numbers, got an array of NoneType and int objects"),
        ([0, "one", 2], "text, but the names of the classes are not known"),
        (np.array([0, "one", 2], object), "must be numbers, got an array of int and str objects"),
        (np.zeros(3, "M8[s]"), "got an array of dates"),
        ([b"\xff", b"a", b"b"], "bytes that are not UTF-8 text"),
    ],
)
def test_labels_that_cannot_be_used(labels, message):
    with pytest.raises(ganreg.DataError, match=message):
        as_labels(labels, 3)


NAMES = ("eel", "cat", "dög")


@pytest.mark.parametrize(
    "labels",
    [
        ["cat", "dög", "eel", "cat"],
        np.array([["cat"], ["dög"], ["eel"], ["cat"]]),
        np.array(["cat", "dög", "eel", "cat"], object),
        [name.encode() for name in ("cat", "dög", "eel", "cat")],
        np.array([name.encode() for name in ("cat", "dög", "eel", "cat")], object),
        np.array(["cat", "dög", "eel", "cat"], np.dtypes.StringDType()),
    ],
)
def test_names_become_their_places(labels):
    assert as_labels(labels, 4, names=NAMES).tolist() == [1, 2, 0, 1]
    assert names_in(labels) == tuple(sorted(NAMES))


@given(st.lists(st.text(max_size=3), min_size=1, max_size=20))
def test_sorted_names_number_text_as_numpy_does(labels):
    array = np.array(labels, object)
    expected_names, expected = np.unique(np.array(labels), return_inverse=True)
    names = names_in(array)
    assert names == tuple(expected_names)
    assert as_labels(array, len(labels), names=names).tolist() == expected.tolist()


def test_unknown_names_are_counted_and_not_shown():
    with pytest.raises(
        ganreg.DataError, match=r"none of the 3 class names in 2 of 4 places, the first at index 1; "
    ) as e:
        as_labels(["cat", "secret", "eel", "hidden"], 4, names=NAMES)
    assert "secret" not in str(e.value)
    assert str(e.value).endswith("the classes are eel, cat, dög")


def test_numbers_have_no_names():
    assert names_in([0, 1], None, np.eye(2)) == ()
    assert names_in(None) == ()


def test_one_hot_rows_tell_the_number_of_classes():
    assert read_labels(np.eye(4)[[1, 0]], 2).classes == 4
    assert read_labels([1, 0], 2).classes is None
    refuse_columns(Labels(np.zeros(2), 4), 4)
    refuse_columns(Labels(np.zeros(2), 4), None)
    refuse_columns(Labels(np.zeros(2)), 4)
    with pytest.raises(ganreg.DataError, match="test labels are one-hot rows of 4 classes, but there are 3 classes"):
        refuse_columns(Labels(np.zeros(2), 4), 3, "test labels")
