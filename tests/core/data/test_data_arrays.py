"""Samples and labels are checked once, and the messages say which are wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ganreg
from ganreg.data.arrays import as_labels, as_samples, fingerprint, refuse_out_of_range, to_float


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
        ([[1], [2, 3]], "cannot be made an array"),
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
        ([0, -1, 2], r"start at 0, got -1\.\.2"),
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
        ({"test": np.zeros((2, 3))}, r"test samples have shape \(3,\), but train samples have \(2,\)"),
        ({"value_range": (0.5, 1.0)}, r"range over 0\.\.0 but must stay in 0\.5\.\.1"),
        ({"train_labels": [0, 1, 2]}, "train labels must be one class number a sample, 4 of them"),
        ({"test": np.zeros((2, 2)), "test_labels": [0]}, "test labels must be one class number a sample, 2 of them"),
    ],
)
def test_data_whose_parts_do_not_match(fields, message):
    with pytest.raises(ganreg.DataError, match=message):
        ganreg.Data(train=np.zeros((4, 2)), **fields)


def points(count, first=0):
    return np.arange(first, first + count, dtype=np.float32)[:, np.newaxis]


def test_sources_are_data_of_their_own():
    images = np.zeros((3, 4, 4, 1), np.uint8)
    data = ganreg.Data(train=points(5), train_labels=[0, 1, 0, 1, 0], source=ganreg.Data(train=images))
    assert data.spec == ganreg.DataSpec((1,), 2, source=ganreg.DataSpec((4, 4, 1), value_range=(-1, 1)))
    classes = ganreg.Data(train=images, train_labels=[0, 1, 2], source=data)
    assert ganreg.Data(train=points(3), source=classes, paired=True).spec == ganreg.DataSpec(
        (1,), source=ganreg.DataSpec((4, 4, 1), 3, (-1, 1)), paired=True
    )


@pytest.mark.parametrize(
    ("samples", "sources", "message"),
    [
        ((4, None), (3, None), "one source for each sample, but there are 3 for 4 train samples; pass as many, or set"),
        ((4, 2), (4, 3), "but there are 3 for 2 test samples"),
        ((4, 2), (4, None), "but there are 0 for 2 test samples"),
        ((4, None), (4, 2), "but there are 2 for 0 test samples"),
    ],
)
def test_pairs_need_a_source_for_each_sample(samples, sources, message):
    def data(train, test, **fields):
        return ganreg.Data(train=points(train), test=None if test is None else points(test), **fields)

    source = data(*sources)
    with pytest.raises(ganreg.DataError, match=message):
        data(*samples, source=source, paired=True)
    assert data(*samples, source=source).spec == ganreg.DataSpec((1,), source=ganreg.DataSpec((1,)))
    assert data(*samples, source=data(*samples), paired=True).paired


def test_pairs_need_sources():
    with pytest.raises(ganreg.DataError, match=r"paired data need sources; pass source=Data\(train=\.\.\.\)"):
        ganreg.Data(train=points(2), paired=True)


@pytest.mark.parametrize("source", [points(2), [[1.0], [2.0]], "digits", ganreg.DataSpec((1,))])
@pytest.mark.parametrize("paired", [True, False])
def test_a_source_that_is_not_data_is_refused(source, paired):
    message = f"the source of data must be a Data, as in source=Data.*, got {type(source).__name__}"
    with pytest.raises(ganreg.DataError, match=message):
        ganreg.Data(train=points(2), source=source, paired=paired)


def test_bytes_as_numbers():
    np.testing.assert_allclose(to_float(np.array([0, 51, 255], np.uint8)), [-1.0, -0.6, 1.0], atol=1e-6)
    floats = np.array([0.5], np.float32)
    assert to_float(floats) is floats


SHAPES = st.lists(st.integers(1, 5), min_size=1, max_size=4)


@given(SHAPES, st.integers(0, 2**32 - 1))
def test_a_fingerprint_is_that_of_the_content(shape, seed):
    samples = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    same = fingerprint(ganreg.Data(train=samples.copy()))
    assert fingerprint(ganreg.Data(train=samples)) == same
    assert fingerprint(ganreg.Data(train=np.nextafter(samples, np.float32(np.inf)))) != same
    assert fingerprint(ganreg.Data(train=samples, test=samples)) != same
    assert fingerprint(ganreg.Data(train=samples, train_labels=np.zeros(len(samples), int))) != same
    assert fingerprint(ganreg.Data(train=np.concatenate([samples, samples[:1]]))) != same


def test_a_fingerprint_is_that_of_the_sources_too():
    source, other = points(4), points(4, first=1)
    found = [
        ganreg.Data(train=points(4)),
        ganreg.Data(train=points(4), source=ganreg.Data(train=source)),
        ganreg.Data(train=points(4), source=ganreg.Data(train=source), paired=True),
        ganreg.Data(train=points(4), source=ganreg.Data(train=other)),
        ganreg.Data(train=points(4), source=ganreg.Data(train=source, test=other)),
        ganreg.Data(train=source, source=ganreg.Data(train=points(4), source=ganreg.Data(train=source))),
    ]
    assert len({fingerprint(data) for data in found}) == len(found)
    assert fingerprint(found[1]) == fingerprint(ganreg.Data(train=points(4), source=ganreg.Data(train=source.copy())))


def test_a_fingerprint_tells_shapes_and_types_apart():
    samples = np.zeros((4, 6), np.float32)
    prints = [fingerprint(ganreg.Data(train=one)) for one in (samples, samples.reshape(4, 2, 3), samples.reshape(6, 4))]
    prints.append(fingerprint(ganreg.Data(train=samples.astype(np.uint8))))
    assert len(set(prints)) == 4


@pytest.mark.parametrize(("excess", "refused"), [(0.001, False), (0.003, True)])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_range_may_be_left_by_a_thousandth_of_its_width(excess, refused, side):
    """The range -1..1 is 2 wide."""
    samples = np.array([[side * (1 + excess)]], np.float32)
    if refused:
        with pytest.raises(ganreg.DataError, match=r"but must stay in -1\.\.1"):
            refuse_out_of_range(samples, (-1.0, 1.0))
    else:
        refuse_out_of_range(samples, (-1.0, 1.0))
    refuse_out_of_range(samples * 1e9, None)
