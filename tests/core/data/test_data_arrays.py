"""Samples and labels are checked once, and the messages say which are wrong."""

import functools

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ganreg
from ganreg.data.arrays import as_samples, fingerprint, refuse_channels_first


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
        (5.0, "must be an array of at least one sample, got a single number"),
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


def test_data_describe_themselves():
    data = ganreg.Data(train=np.zeros((4, 8, 8, 1), np.uint8), train_labels=[0, 1, 2, 0])
    assert data.spec == ganreg.DataSpec((8, 8, 1), num_classes=3, value_range=(-1, 1))


def test_bytes_become_floats_in_another_range():
    """0 is black and 255 is white, whatever the data call them."""
    pixels = np.array([0, 51, 255], np.uint8).reshape(3, 1, 1, 1)
    for value_range in [(0, 1), (0, 255), (-2, 4)]:
        data = ganreg.Data(train=pixels, test=pixels[:2], value_range=value_range)
        least, greatest = value_range
        np.testing.assert_allclose(data.train.ravel(), least + np.array([0, 0.2, 1]) * (greatest - least), atol=1e-4)
        assert data.train.dtype == data.test.dtype == np.float32
        assert data.spec == ganreg.DataSpec((1, 1, 1), value_range=value_range)
    assert ganreg.Data(train=pixels, value_range=(-1, 1)).train.dtype == np.uint8


@pytest.mark.parametrize(
    ("least", "greatest", "expected"),
    [(0, 1, (0, 1)), (0.2, 0.3, (0, 1)), (-0.5, 0.5, (-1, 1)), (-1, 1, (-1, 1)), (-1e-4, 1 + 1e-4, (0, 1))],
)
def test_float_images_have_the_range_that_they_are_within(least, greatest, expected):
    images = np.linspace(least, greatest, 18).reshape(2, 3, 3, 1)
    assert ganreg.Data(train=images).value_range == expected
    assert ganreg.Data(train=images.reshape(2, 9)).value_range is None  # points are unbounded
    assert ganreg.Data(train=np.zeros((1, 3, 3, 1)), test=images).value_range == expected


@pytest.mark.parametrize(("least", "greatest"), [(0, 255), (0, 1.01), (-3, 3)])
def test_other_float_images_need_a_range(least, greatest):
    images = np.linspace(least, greatest, 18).reshape(2, 3, 3, 1)
    message = rf"images with values in {least:g}\.\.{greatest:g}; convert 0..255 to uint8, .* or give their value_range"
    for data in ({"train": images}, {"train": np.zeros((1, 3, 3, 1)), "test": images}):
        with pytest.raises(ganreg.DataError, match=message):
            ganreg.Data(**data)
        assert ganreg.Data(**data, value_range=[least, greatest]).value_range == (least, greatest)


@pytest.mark.parametrize("shape", [(3, 32, 32), (1, 28, 28), (4, 8, 16)])
def test_channels_first_are_refused(shape):
    with pytest.raises(ganreg.DataError, match=r"looks like images with channels first; .* np.moveaxis\(x, 1, -1\)"):
        ganreg.Data(train=np.zeros((2, *shape)))
    refuse_channels_first(np.moveaxis(np.zeros((2, *shape)), 1, -1).shape[1:])


@pytest.mark.parametrize("shape", [(1, 16, 16, 16), (3, 8, 12, 9)])
def test_volumes_with_channels_first_are_refused(shape):
    with pytest.raises(ganreg.DataError, match=r"looks like volumes with channels first; .* np.moveaxis\(x, 1, -1\)"):
        ganreg.Data(train=np.zeros((2, *shape)))
    refuse_channels_first(np.moveaxis(np.zeros((2, *shape)), 1, -1).shape[1:])


@pytest.mark.parametrize(
    "shape", [(3, 4, 4), (1, 1, 100), (8, 8, 16), (3, 8, 3), (32, 32), (3,), (3, 16, 16, 1), (3, 4, 16, 16)]
)
def test_other_shapes_are_not_taken_for_channels_first(shape):
    refuse_channels_first(shape)


def test_names_of_classes_are_kept_with_their_numbers():
    data = ganreg.Data(
        train=points(4), train_labels=["eel", "cat", "eel", "dog"], test=points(2), test_labels=np.array(["dog", "cat"])
    )
    assert data.class_names == ("cat", "dog", "eel")
    assert (data.train_labels.tolist(), data.test_labels.tolist()) == ([2, 0, 2, 1], [1, 0])
    assert data.num_classes == 3
    named = ganreg.Data(train=points(2), train_labels=["b", "a"], class_names=["c", "b", "a"])
    assert (named.train_labels.tolist(), named.class_names, named.num_classes) == ([1, 2], ("c", "b", "a"), 3)
    assert attrs.evolve(data, test=None, test_labels=None).train_labels.tolist() == [2, 0, 2, 1]


def test_one_hot_labels_keep_the_number_of_their_classes():
    data = ganreg.Data(train=points(3), train_labels=np.eye(4)[[2, 0, 2]])
    assert (data.train_labels.tolist(), data.num_classes) == ([2, 0, 2], 4)
    assert ganreg.Data(train=points(2), train_labels=np.eye(2)).class_names == ()
    with pytest.raises(ganreg.DataError, match="one-hot rows of 2 classes, but there are 3 classes"):
        ganreg.Data(train=points(2), train_labels=np.eye(2), class_names=("a", "b", "c"))
    with pytest.raises(ganreg.DataError, match="test labels are one-hot rows of 3 classes, but there are 2"):
        ganreg.Data(train=points(2), train_labels=np.eye(2), test=points(3), test_labels=np.eye(3))


def test_numbers_of_something_else_are_not_classes():
    """A label of 1 900 000 000 would make as many classes, and networks of that size."""
    for labels in ([0] * 63 + [1_900_000_000], [20_000] * 64):
        data = ganreg.Data(train=points(64), train_labels=labels)
        for use in (lambda data=data: data.num_classes, lambda data=data: data.spec):
            with pytest.raises(ganreg.DataError, match="classes for 64 samples; number the classes without gaps: np"):
                use()
    assert ganreg.Data(train=points(64), train_labels=[0] * 63 + [9_999]).num_classes == 10_000


@pytest.mark.parametrize("names", ["ab", (1, 2), [b"a"]])
def test_names_of_classes_are_a_list_of_text(names):
    with pytest.raises(ganreg.DataError, match="class_names must be a list of text"):
        ganreg.Data(train=points(2), class_names=names)


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


SHAPES = st.lists(st.integers(1, 5), min_size=1, max_size=4)


@given(SHAPES, st.integers(0, 2**32 - 1))
def test_a_fingerprint_is_that_of_the_content(shape, seed):
    samples = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    data = functools.partial(ganreg.Data, value_range=(-10, 10))
    same = fingerprint(data(train=samples.copy()))
    assert fingerprint(data(train=samples)) == same
    assert fingerprint(data(train=np.nextafter(samples, np.float32(np.inf)))) != same
    assert fingerprint(data(train=samples, test=samples)) != same
    assert fingerprint(data(train=samples, train_labels=np.zeros(len(samples), int))) != same
    assert fingerprint(data(train=np.concatenate([samples, samples[:1]]))) != same


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
