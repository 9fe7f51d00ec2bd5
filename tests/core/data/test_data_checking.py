"""Samples and labels are checked against what the networks were built for."""

import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.data.batches import ArrayBatches
from ganreg.data.checking import CheckedStream, Expected, batches_of, part_of, shaped

POINTS = ganreg.DataSpec((2,), num_classes=3, value_range=(-1, 1))
SAMPLES = np.linspace(-1, 1, 24, dtype=np.float32).reshape(12, 2)
LABELS = np.arange(12) % 3


def checked(x, y=None, *, data=POINTS, needs_labels=False, batch_size=4):
    expected = Expected(data, needs_labels=needs_labels)
    return batches_of(x, y, expected, batch_size=batch_size, seed=0, shuffle=False)


def pipeline(*arrays):
    """Batches of 4."""
    return tf.data.Dataset.from_tensor_slices(arrays if len(arrays) > 1 else arrays[0]).batch(4)


def test_a_missing_channel_axis_is_added_and_nothing_else():
    images = np.arange(8.0).reshape(2, 2, 2)
    assert shaped(images, ganreg.DataSpec((2, 2, 1))).tolist() == images[..., np.newaxis].tolist()
    with pytest.raises(ganreg.DataError, match=r"shape \(2, 2\), but the networks were built for \(2, 2, 3\)"):
        shaped(images, ganreg.DataSpec((2, 2, 3)))


def test_arrays_and_pipelines_give_the_same_batches():
    array, stream = checked(SAMPLES, LABELS, needs_labels=True), checked(pipeline(SAMPLES, LABELS), needs_labels=True)
    assert isinstance(array, ArrayBatches)
    assert isinstance(stream, CheckedStream)
    from_array, from_stream = array.take(1, 2), stream.take(1, 2)
    assert set(from_array) == set(from_stream) == {"real", "labels"}
    for name, values in from_array.items():
        np.testing.assert_array_equal(values, from_stream[name])


@pytest.mark.parametrize("given", [(SAMPLES, LABELS), (pipeline(SAMPLES, LABELS), None)], ids=["arrays", "pipeline"])
def test_labels_that_no_network_takes_are_checked_and_dropped(given):
    assert set(checked(*given).take(0, 1)) == {"real"}


@pytest.mark.parametrize(
    ("samples", "labels", "message"),
    [
        (np.zeros((8, 3)), LABELS[:8], r"samples have shape \(3,\), but the networks were built for \(2,\)"),
        (np.full((8, 2), 1.5), LABELS[:8], r"range over 1\.5\.\.1\.5 but must stay in -1\.\.1"),
        (np.full((8, 2), np.nan), LABELS[:8], "contain NaN or infinity"),
        (SAMPLES[:8], LABELS[:8] + 1, "label 3 is not one of the 3 classes"),
        (SAMPLES[:8], None, "conditional and need labels"),
    ],
)
@pytest.mark.parametrize("as_pipeline", [False, True], ids=["arrays", "pipeline"])
def test_what_does_not_fit_is_refused_in_either_form(samples, labels, message, as_pipeline):
    """A pipeline is checked batch by batch, when it is read."""
    arrays = [one for one in (samples, labels) if one is not None]
    given = (pipeline(*arrays),) if as_pipeline else (samples, labels)
    with pytest.raises(ganreg.DataError, match=message):
        checked(*given, needs_labels=True).take(0, 1)


def test_a_pipeline_takes_no_separate_labels():
    with pytest.raises(ganreg.DataError, match="must yield its labels in pairs with its samples; do not pass y"):
        checked(pipeline(SAMPLES), LABELS)


def test_images_of_bytes_are_within_any_range():
    images = np.array([[0, 255]] * 4, np.uint8)
    np.testing.assert_allclose(checked(images).take(0, 1)["real"][0, 0], [-1.0, 1.0])


def test_bytes_do_not_fit_another_range_than_theirs():
    images = np.array([[0, 255]] * 4, np.uint8)
    for value_range in ((0, 1), (-1, 2)):
        with pytest.raises(
            ganreg.DataError, match=r"samples are uint8, which stand for -1\.\.1, but the networks were bui"
        ):
            checked(images, data=ganreg.DataSpec((2,), value_range=value_range))
    assert checked(images, data=ganreg.DataSpec((2,))).batch_size == 4


SOURCES = np.linspace(0, 1, 36, dtype=np.float32).reshape(12, 3)
UNPAIRED = ganreg.DataSpec((2,), 3, (-1, 1), source=ganreg.DataSpec((3,), value_range=(0, 1)))
PAIRED = ganreg.DataSpec((2,), 3, (-1, 1), source=UNPAIRED.source, paired=True)


def translating(x, y=None, *, source=None, data=PAIRED, needs_labels=False):
    expected = Expected(data, needs_labels=needs_labels, needs_source=True)
    return batches_of(x, y, expected, batch_size=4, seed=0, shuffle=True, source=source)


def test_sources_come_with_the_samples_that_they_belong_to():
    """The source that begins with 3 i / 35 belongs to the sample that begins with 4 i / 23 - 1."""
    taken = translating(SAMPLES, source=SOURCES).take(0, 9)
    assert set(taken) == {"real", "source"}
    np.testing.assert_allclose(taken["source"][..., 0] * 35 / 3, (taken["real"][..., 0] + 1) * 23 / 4, atol=1e-4)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ((SOURCES, SAMPLES), "pairs"),
        ({"image": SAMPLES, "source": SOURCES}, "dicts"),
        ({"image": SAMPLES, "source": SOURCES, "label": LABELS}, "dicts with labels"),
    ],
)
def test_pipelines_with_sources(given, kind):
    taken = translating(tf.data.Dataset.from_tensor_slices(given).batch(4)).take(0, 3)
    assert set(taken) == {"real", "source"}
    np.testing.assert_allclose(taken["real"], SAMPLES.reshape(3, 4, 2))
    np.testing.assert_allclose(taken["source"], SOURCES.reshape(3, 4, 3))


def test_labels_come_with_sources():
    arrays = translating(SAMPLES, LABELS, source=SOURCES, needs_labels=True).take(0, 3)
    np.testing.assert_array_equal(arrays["labels"], np.round((arrays["real"][..., 0] + 1) * 23 / 4).astype(int) % 3)
    dicts = tf.data.Dataset.from_tensor_slices({"image": SAMPLES, "source": SOURCES, "label": LABELS}).batch(4)
    np.testing.assert_array_equal(translating(dicts, needs_labels=True).take(0, 3)["labels"], LABELS.reshape(3, 4))


def test_sources_that_no_game_needs_are_dropped():
    made = batches_of(
        SAMPLES, None, Expected(UNPAIRED), batch_size=4, seed=0, shuffle=False, source=np.full((2, 9), np.nan)
    )
    assert set(made.take(0, 1)) == {"real"}
    dicts = tf.data.Dataset.from_tensor_slices({"image": SAMPLES, "source": SOURCES + 9}).batch(4)
    assert set(checked(dicts).take(0, 1)) == {"real"}


def test_unpaired_sources_may_be_of_any_number():
    taken = translating(SAMPLES, source=SOURCES[:5], data=UNPAIRED).take(0, 2)
    assert taken["source"].shape == (2, 4, 3)
    with pytest.raises(
        ganreg.DataError, match="there are 5 sources for 12 samples, but the data are paired; pass one so"
    ):
        translating(SAMPLES, source=SOURCES[:5])


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        (np.zeros((12, 2)), r"sources have shape \(2,\), but the networks were built for \(3,\)"),
        (SOURCES * 2, r"sources range over 0\.\.2 but must stay in 0\.\.1"),
        (SOURCES * np.nan, "sources contain NaN or infinity in 12 of 12 rows"),
    ],
)
@pytest.mark.parametrize("as_pipeline", [False, True], ids=["arrays", "pipeline"])
def test_sources_that_do_not_fit_are_refused_in_either_form(sources, message, as_pipeline):
    given = (pipeline(sources, SAMPLES),) if as_pipeline else (SAMPLES,)
    with pytest.raises(ganreg.DataError, match=message):
        translating(*given, source=None if as_pipeline else sources).take(0, 3)


def test_sources_of_bytes_do_not_fit_another_range():
    with pytest.raises(
        ganreg.DataError, match=r"sources are uint8, .* but the networks were built for 0\.\.1; pass floats"
    ):
        translating(SAMPLES, source=np.zeros((12, 3), np.uint8))


@pytest.mark.parametrize(
    ("x", "y", "source", "message"),
    [
        (SAMPLES, None, None, r"needs sources: call fit\(sources, samples\), or pass a Data with a source"),
        (
            pipeline(SAMPLES),
            None,
            None,
            r"needs sources: the pipeline must yield pairs \(source, sample\), or 'source'",
        ),
        (pipeline(SOURCES, SAMPLES), None, SOURCES, "must yield its sources in pairs with its samples; do not pass y"),
        (SAMPLES, None, pipeline(SOURCES), "must yield its sources in pairs with its samples; do not pass y"),
    ],
    ids=["samples", "pipeline of samples", "pipeline and sources", "samples and pipeline"],
)
def test_missing_sources(x, y, source, message):
    with pytest.raises(ganreg.DataError, match=message):
        translating(x, y, source=source).take(0, 1)


@pytest.mark.parametrize("given", [{"x": SAMPLES, "source": SOURCES}, {"x": pipeline(SOURCES, SAMPLES)}])
def test_missing_labels_of_pairs(given):
    with pytest.raises(
        ganreg.DataError, match="need labels: pass a Data with train_labels, or a pipeline of dicts with"
    ):
        translating(given["x"], source=given.get("source"), needs_labels=True).take(0, 1)


def numbers(first, count):
    return np.arange(first, first + count, dtype=np.float32)[:, np.newaxis]


DATA = ganreg.Data(
    train=numbers(0, 4), train_labels=[0, 1, 0, 1], test=numbers(10, 2), test_labels=[1, 0],
    source=ganreg.Data(train=numbers(20, 4), test=numbers(30, 2)), paired=True,
)  # fmt: skip


def firsts(parts):
    return [None if part is None else int(part.ravel()[0]) for part in parts]


@pytest.mark.parametrize(("held_out", "expected"), [(False, [0, 0, 20]), (True, [10, 1, 30])])
def test_a_part_of_data(held_out, expected):
    assert firsts(part_of(DATA, Expected(DATA.spec, needs_source=True), held_out=held_out)) == expected


@pytest.mark.parametrize(
    ("test", "source_test", "expected"),
    [(None, None, [0, None, 20]), (10, None, [10, None, 20]), (None, 30, [0, None, 30]), (10, 30, [10, None, 30])],
)
def test_unpaired_data_are_held_out_where_they_can_be(test, source_test, expected):
    def data(first, held_out, **fields):
        return ganreg.Data(train=numbers(first, 3), test=None if held_out is None else numbers(held_out, 2), **fields)

    unpaired = data(0, test, source=data(20, source_test))
    expected_of = Expected(unpaired.spec, needs_source=True)
    assert firsts(part_of(unpaired, expected_of, held_out=True)) == expected
    assert firsts(part_of(unpaired, expected_of, held_out=False)) == [0, None, 20]
    assert firsts(part_of(data(0, test), Expected(ganreg.DataSpec((1,))), held_out=False)) == [0, None, None]


def test_unpaired_data_are_not_taken_for_pairs():
    unpaired = ganreg.Data(train=numbers(0, 4), source=ganreg.Data(train=numbers(20, 4)))
    with pytest.raises(
        ganreg.DataError, match=r"assembled for paired data, but these are not paired; pass Data\(\.\.\., pa"
    ):
        part_of(unpaired, Expected(DATA.spec, needs_source=True), held_out=False)
    assert firsts(part_of(unpaired, Expected(DATA.spec), held_out=False)) == [0, None, 20]
