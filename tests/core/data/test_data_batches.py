"""The order of batches is a function of (seed, epoch), however they are taken."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

import ganreg
from ganreg.data.batches import ArrayBatches, StreamBatches

SAMPLES = np.arange(10, dtype=np.float32)[:, np.newaxis]


def arrays(samples=SAMPLES, labels=None, batch_size=3, seed=0, shuffle=True):
    return ArrayBatches(samples, labels, batch_size=batch_size, seed=seed, shuffle=shuffle)


@st.composite
def batches_and_range(draw):
    """Numbers 0..N-1 in batches, and which batches to take."""
    batch_size = draw(st.integers(1, 8))
    count = draw(st.integers(batch_size, 40))
    numbers = np.arange(count, dtype=np.float32)[:, np.newaxis]
    made = arrays(numbers, batch_size=batch_size, seed=draw(st.integers(0, 3)))
    return made, draw(st.integers(0, 60)), draw(st.integers(1, 30))


@given(batches_and_range())
def test_taking_at_once_is_taking_one_by_one(case):
    made, first, count = case
    pieces = [made.take(index, 1)["real"] for index in range(first, first + count)]
    np.testing.assert_array_equal(made.take(first, count)["real"], np.concatenate(pieces))


@given(batches_and_range())
def test_each_sample_comes_at_most_once_an_epoch(case):
    made, first, _ = case
    epoch = first // made.per_epoch
    rows = made.rows(epoch * made.per_epoch, made.per_epoch).ravel()
    assert len(set(rows)) == len(rows) == made.per_epoch * made.batch_size


@given(batches_and_range())
def test_the_past_does_not_change_the_order(case):
    made, first, count = case
    expected = made.rows(first, count)
    made.rows(0, 5)
    np.testing.assert_array_equal(made.rows(first, count), expected)


def test_epochs_and_seeds_have_orders_of_their_own():
    orders = [tuple(arrays(seed=seed).rows(3 * epoch, 3).ravel()) for seed in (0, 1) for epoch in (0, 1)]
    assert len(set(orders)) == 4
    assert orders[0] == tuple(arrays(seed=0).rows(0, 3).ravel())


def test_every_sample_is_left_out_at_times():
    """What does not fill a batch is another sample in each epoch."""
    made = arrays()
    left_out = {(set(range(10)) - set(made.rows(3 * epoch, 3).ravel())).pop() for epoch in range(100)}
    assert left_out == set(range(10))


def test_without_shuffling_the_order_is_that_of_the_array():
    made = arrays(shuffle=False)
    assert made.rows(2, 2).tolist() == [[6, 7, 8], [0, 1, 2]]


def test_labels_stay_with_their_samples():
    made = arrays(labels=np.arange(10, dtype=np.int32) * 2)
    taken = made.take(1, 5)
    assert taken["labels"].shape == (5, 3)
    np.testing.assert_array_equal(taken["real"][..., 0] * 2, taken["labels"])


def test_bytes_are_scaled_as_they_are_taken():
    """0..255 become -1..1: 0 is -1, 255 is 1, and 127.5 would be 0."""
    samples = arrays(np.array([[0], [255], [51]], np.uint8), shuffle=False).take(0, 1)["real"]
    assert samples.dtype == np.float32
    np.testing.assert_allclose(samples.ravel(), [-1.0, 1.0, -0.6], atol=1e-6)


def test_shapes():
    taken = arrays(np.zeros((10, 4, 5, 1), np.float32)).take(0, 2)
    assert {name: values.shape for name, values in taken.items()} == {"real": (2, 3, 4, 5, 1)}
    assert arrays().per_epoch == 3


@pytest.mark.parametrize(
    ("size", "message"),
    [(11, "batch size 11 is more than the 10 samples; use 10 or less"), (0, "must be at least 1, got 0")],
)
def test_a_batch_size_that_cannot_be_is_refused(size, message):
    with pytest.raises(ganreg.DataError, match=message):
        arrays(batch_size=size)


def with_sources(samples, sources, *, batch_size, seed=0, shuffle=True, paired=False):
    """Samples 0..N-1 with sources 0..M-1."""
    x, y = (np.arange(count, dtype=np.float32)[:, np.newaxis] for count in (sources, samples))
    return ArrayBatches(y, None, batch_size=batch_size, seed=seed, shuffle=shuffle, source=x, paired=paired)


@st.composite
def sizes(draw):
    """A batch size, two numbers that are at least that, a seed, and which batches to take."""
    batch_size = draw(st.integers(1, 6))
    counts = draw(st.integers(batch_size, 30)), draw(st.integers(batch_size, 30))
    return batch_size, *counts, draw(st.integers(0, 2**31)), draw(st.integers(0, 40)), draw(st.integers(1, 20))


@given(sizes())
def test_unpaired_sources_have_an_order_of_their_own(case):
    """A permutation that is drawn from (seed, 1, epoch of the sources), whatever the number of samples."""
    batch_size, samples, sources, seed, first, count = case
    taken = with_sources(samples, sources, batch_size=batch_size, seed=seed).take(first, count)
    per_epoch = sources // batch_size
    for index, batch in enumerate(taken["source"][..., 0], start=first):
        epoch, place = divmod(index, per_epoch)
        order = np.random.Generator(np.random.PCG64([seed, 1, epoch])).permutation(sources)
        np.testing.assert_array_equal(batch, order[place * batch_size : (place + 1) * batch_size])
    alone = arrays(np.arange(samples, dtype=np.float32)[:, np.newaxis], batch_size=batch_size, seed=seed)
    np.testing.assert_array_equal(taken["real"], alone.take(first, count)["real"])


@given(sizes())
def test_taking_sources_at_once_is_taking_them_one_by_one(case):
    batch_size, samples, sources, seed, first, count = case
    made = with_sources(samples, sources, batch_size=batch_size, seed=seed)
    pieces = [made.take(index, 1)["source"] for index in range(first, first + count)]
    np.testing.assert_array_equal(made.take(first, count)["source"], np.concatenate(pieces))


@given(sizes())
def test_paired_sources_stay_with_their_samples(case):
    batch_size, samples, _, seed, first, count = case
    taken = with_sources(samples, samples, batch_size=batch_size, seed=seed, paired=True).take(first, count)
    np.testing.assert_array_equal(taken["source"], taken["real"])


def test_unpaired_sources_of_the_same_number_do_not_stay_with_the_same_samples():
    taken = with_sources(500, 500, batch_size=50).take(0, 30)
    assert (taken["source"] == taken["real"]).mean() < 0.02  # 1 in 500 by chance
    assert sorted(taken["source"][:10].ravel()) == list(range(500))


def test_an_epoch_is_that_of_the_samples():
    made = with_sources(6, 10, batch_size=2, shuffle=False)
    assert made.per_epoch == 3
    taken = made.take(0, 6)
    assert taken["real"][..., 0].tolist() == [[0, 1], [2, 3], [4, 5]] * 2
    assert taken["source"][..., 0].tolist() == [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9], [0, 1]]


def test_sources_may_be_bytes_of_another_shape():
    sources = np.array([0, 255, 51, 0], np.uint8).reshape(2, 2, 1, 1)
    taken = ArrayBatches(SAMPLES, None, batch_size=2, seed=0, shuffle=False, source=sources).take(0, 1)
    assert taken["source"].dtype == np.float32
    np.testing.assert_allclose(taken["source"][0, :, :, 0, 0], [[-1, 1], [-0.6, -1]], atol=1e-6)
    np.testing.assert_array_equal(taken["real"][0], SAMPLES[:2])


def test_fewer_sources_than_a_batch_are_refused():
    with pytest.raises(ganreg.DataError, match="batch size 4 is more than the 3 sources; use 3 or less"):
        with_sources(9, 3, batch_size=4)


def stream(labels=False, batch_size=3):
    tensors = (SAMPLES, np.arange(10)) if labels else SAMPLES
    return StreamBatches(tf.data.Dataset.from_tensor_slices(tensors).batch(batch_size))


def test_a_pipeline_gives_its_batches_again_each_epoch_without_the_short_one():
    taken = stream().take(0, 7)
    assert set(taken) == {"real"}
    assert taken["real"][..., 0].tolist() == [[0, 1, 2], [3, 4, 5], [6, 7, 8]] * 2 + [[0, 1, 2]]


def test_a_pipeline_goes_forward_to_a_later_batch():
    made = stream()
    expected = stream().take(0, 9)["real"]
    np.testing.assert_array_equal(made.take(4, 2)["real"], expected[4:6])
    np.testing.assert_array_equal(made.take(7, 2)["real"], expected[7:9])


def test_a_pipeline_of_pairs_gives_labels():
    taken = stream(labels=True).take(1, 2)
    assert taken["labels"].dtype == np.int32
    np.testing.assert_array_equal(taken["real"][..., 0], taken["labels"])


SOURCES = -SAMPLES
CLASSES = np.arange(10) % 4


@pytest.mark.parametrize("translates", [True, False])
def test_a_pipeline_of_dicts_gives_what_they_name(translates):
    dicts = {"label": CLASSES, "source": SOURCES, "image": SAMPLES}
    made = StreamBatches(tf.data.Dataset.from_tensor_slices(dicts).batch(5), translates=translates)
    taken = made.take(0, 2)
    np.testing.assert_array_equal(taken["real"], SAMPLES.reshape(2, 5, 1))
    np.testing.assert_array_equal(taken["source"], SOURCES.reshape(2, 5, 1))
    np.testing.assert_array_equal(taken["labels"], CLASSES.reshape(2, 5))
    assert taken["labels"].dtype == np.int32


def test_pairs_are_a_source_and_its_sample_where_samples_are_made_from_sources():
    pipeline = tf.data.Dataset.from_tensor_slices((SOURCES, SAMPLES)).batch(5)
    taken = StreamBatches(pipeline, translates=True).take(0, 2)
    assert set(taken) == {"real", "source"}
    np.testing.assert_array_equal(taken["real"], SAMPLES.reshape(2, 5, 1))
    np.testing.assert_array_equal(taken["source"], SOURCES.reshape(2, 5, 1))


def test_sources_of_bytes_are_scaled():
    made = StreamBatches([{"image": SAMPLES[:2], "source": np.array([[0], [255]], np.uint8)}])
    np.testing.assert_allclose(made.take(0, 1)["source"].ravel(), [-1.0, 1.0])


@pytest.mark.parametrize("translates", [True, False])
@pytest.mark.parametrize(
    ("element", "message"),
    [
        ({"x": SAMPLES}, "must yield 'image' and, where there are any, 'label' and 'source', got 'x'"),
        ({"image": SAMPLES, "class": CLASSES}, "'label' and 'source', got 'image', 'class'"),
        ({"source": SOURCES, "label": CLASSES}, "must yield 'image' and"),
        ({}, "got none of them"),
        (
            (SOURCES, SAMPLES, CLASSES),
            "must yield pairs, got 3 values; for more, yield dicts with 'image', 'label' and",
        ),
        ((), "must yield pairs, got 0 values"),
        ({"image": SAMPLES, "source": SOURCES[:4]}, "has 10 samples, but 4 sources; yield one for each sample"),
        ({"image": SAMPLES, "label": np.eye(10)}, "has 10 samples, but 100 labels; yield one for each"),
        ({"image": None, "source": SOURCES}, "must yield samples, got None"),
    ],
)
def test_a_pipeline_of_something_else_is_refused(element, message, translates):
    with pytest.raises(ganreg.DataError, match=message):
        StreamBatches([element], translates=translates)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({"image": SAMPLES}, r"samples of shape \(10, 1\), sources of shape \(10, 1\) and samples of shape \(10, 1\)$"),
        (
            {"image": SAMPLES, "source": np.zeros((10, 3))},
            r"and samples of shape \(10, 1\), sources of shape \(10, 3\)",
        ),
    ],
)
def test_batches_of_different_kinds_are_refused(second, message):
    made = StreamBatches([{"image": SAMPLES, "source": SOURCES}, second])
    with pytest.raises(ganreg.DataError, match=f"must yield batches of one kind, but yields .*{message}"):
        made.take(0, 2)


def test_a_pipeline_of_bytes_is_scaled():
    made = StreamBatches(tf.data.Dataset.from_tensor_slices(np.array([[0], [255]], np.uint8)).batch(2))
    np.testing.assert_allclose(made.take(0, 1)["real"].ravel(), [-1.0, 1.0])


def test_a_pipeline_knows_its_length_and_batch_size():
    assert stream().batch_size == 3
    assert stream(batch_size=5).per_epoch == 2
    assert StreamBatches(tf.data.Dataset.from_tensor_slices(SAMPLES).batch(5).repeat()).per_epoch is None


def test_a_list_of_batches_is_a_pipeline():
    made = StreamBatches([np.zeros((2, 1), np.float32), np.ones((2, 1), np.float32)])
    assert made.per_epoch == 2
    assert made.take(1, 2)["real"][..., 0].tolist() == [[1, 1], [0, 0]]


def test_an_empty_pipeline_is_refused():
    with pytest.raises(ganreg.DataError, match="yields no batch"):
        StreamBatches(tf.data.Dataset.from_tensor_slices(SAMPLES[:0]).batch(2))


def test_a_pipeline_that_cannot_be_read_again_says_so():
    made = StreamBatches(iter([np.zeros((2, 1)), np.zeros((2, 1))]))
    made.take(0, 2)
    with pytest.raises(ganreg.DataError, match="ended and yields nothing when iterated again"):
        made.take(2, 1)


def test_a_pipeline_that_fails_is_named_with_its_batch():
    def broken():
        yield np.zeros((2, 1))
        raise OSError("the disk\nis gone")

    made = StreamBatches(broken())
    made.take(0, 1)
    with pytest.raises(ganreg.DataError, match="failed at batch 1, counted from 0: OSError: the disk is gone") as error:
        made.take(1, 1)
    assert error.value.exit_code == 1  # the work failed, the input was not wrong
