"""Samples and labels are checked once, and the messages say which are wrong."""

import numpy as np
import pytest

import ganreg
from ganreg.data.arrays import as_labels, as_samples, to_float
from ganreg.data.checking import shaped


def test_samples_become_float32_and_bytes_stay():
    assert as_samples([[1, 2], [3, 4]]).dtype == np.float32
    assert as_samples(np.zeros((2, 2), np.float64)).dtype == np.float32
    assert as_samples(np.zeros((2, 2), np.uint8)).dtype == np.uint8


def test_numbers_become_samples_of_one_value():
    assert as_samples([1.0, 2.0, 3.0]).shape == (3, 1)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "empty"),
        (np.zeros((3, 0)), "empty"),
        (5.0, "empty"),
        (["a"], "must be numbers"),
        ([1 + 2j], "must be numbers"),
        ([[1.0, 2.0], [np.inf, 0.0], [0.0, np.nan]], "in 2 of 3 rows, the first at index 1"),
        ([1e39], "NaN or infinity in 1 of 1 rows.*beyond float32"),
        ([[1], [2, 3]], "no array"),
    ],
)
def test_samples_that_cannot_be_used(values, message):
    with pytest.raises(ganreg.DataError, match=message):
        as_samples(values)


@pytest.mark.parametrize("labels", [[0, 2, 1], [[0], [2], [1]], [0.0, 2.0, 1.0], np.array([0, 2, 1], np.uint8)])
def test_labels_become_int32(labels):
    found = as_labels(labels, 3)
    assert found.dtype == np.int32
    assert found.tolist() == [0, 2, 1]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1], r"3 of them, got shape \(2,\)"),
        ([[0, 1], [1, 0], [0, 1]], r"got shape \(3, 2\)"),
        ([0, 0.5, 1], "whole class numbers"),
        (["a", "b", "c"], "whole class numbers"),
        ([0, -1, 2], r"from 0, got -1\.\.2"),
        ([0, np.nan, 2], "whole class numbers"),
    ],
)
def test_labels_that_cannot_be_used(labels, message):
    with pytest.raises(ganreg.DataError, match=message):
        as_labels(labels, 3)


def test_data_describe_themselves():
    data = ganreg.Data(train=np.zeros((4, 8, 8, 1), np.uint8), train_labels=[0, 1, 2, 0])
    assert data.spec == ganreg.DataSpec((8, 8, 1), num_classes=3, value_range=(-1, 1))


def test_names_count_classes_that_no_sample_has():
    data = ganreg.Data(train=np.zeros((2, 1)), train_labels=[0, 1], class_names=("a", "b", "c"))
    assert data.num_classes == 3


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"test": np.zeros((2, 3))}, r"test samples have shape \(3,\), train samples \(2,\)"),
        ({"value_range": (0.5, 1.0)}, r"range over 0\.\.0 but must stay in 0\.5\.\.1"),
        ({"train_labels": [0, 1, 2]}, "train labels must be one class number a sample, 4 of them"),
        ({"test": np.zeros((2, 2)), "test_labels": [0]}, "test labels must be one class number a sample, 2 of them"),
    ],
)
def test_data_whose_parts_do_not_match(fields, message):
    with pytest.raises(ganreg.DataError, match=message):
        ganreg.Data(train=np.zeros((4, 2)), **fields)


def test_bytes_as_numbers():
    np.testing.assert_allclose(to_float(np.array([0, 51, 255], np.uint8)), [-1.0, -0.6, 1.0], atol=1e-6)
    floats = np.array([0.5], np.float32)
    assert to_float(floats) is floats


def test_a_missing_channel_axis_is_added_and_nothing_else():
    images = np.arange(8.0).reshape(2, 2, 2)
    assert shaped(images, ganreg.DataSpec((2, 2, 1))).tolist() == images[..., np.newaxis].tolist()
    with pytest.raises(ganreg.DataError, match=r"shape \(2, 2\), but the networks were built for \(2, 2, 3\)"):
        shaped(images, ganreg.DataSpec((2, 2, 3)))


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
