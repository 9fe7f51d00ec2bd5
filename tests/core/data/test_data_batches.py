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
    pieces = [made.take(index, 1)[0] for index in range(first, first + count)]
    np.testing.assert_array_equal(made.take(first, count)[0], np.concatenate(pieces))


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
    samples, labels = made.take(1, 5)
    assert labels.shape == (5, 3)
    np.testing.assert_array_equal(samples[..., 0] * 2, labels)


def test_bytes_are_scaled_as_they_are_taken():
    """0..255 become -1..1: 0 is -1, 255 is 1, and 127.5 would be 0."""
    samples, _ = arrays(np.array([[0], [255], [51]], np.uint8), shuffle=False).take(0, 1)
    assert samples.dtype == np.float32
    np.testing.assert_allclose(samples.ravel(), [-1.0, 1.0, -0.6], atol=1e-6)


def test_shapes():
    samples, labels = arrays(np.zeros((10, 4, 5, 1), np.float32)).take(0, 2)
    assert samples.shape == (2, 3, 4, 5, 1)
    assert labels is None
    assert arrays().per_epoch == 3


@pytest.mark.parametrize(
    ("size", "message"),
    [(11, "batch size 11 is more than the 10 samples; use 10 or less"), (0, "must be at least 1, got 0")],
)
def test_a_batch_size_that_cannot_be_is_refused(size, message):
    with pytest.raises(ganreg.DataError, match=message):
        arrays(batch_size=size)


def stream(labels=False, batch_size=3):
    tensors = (SAMPLES, np.arange(10)) if labels else SAMPLES
    return StreamBatches(tf.data.Dataset.from_tensor_slices(tensors).batch(batch_size))


def test_a_pipeline_gives_its_batches_again_each_epoch_without_the_short_one():
    samples, labels = stream().take(0, 7)
    assert labels is None
    assert samples[..., 0].tolist() == [[0, 1, 2], [3, 4, 5], [6, 7, 8]] * 2 + [[0, 1, 2]]


def test_a_pipeline_goes_forward_to_a_later_batch():
    made = stream()
    expected = stream().take(0, 9)[0]
    np.testing.assert_array_equal(made.take(4, 2)[0], expected[4:6])
    np.testing.assert_array_equal(made.take(7, 2)[0], expected[7:9])


def test_a_pipeline_of_pairs_gives_labels():
    samples, labels = stream(labels=True).take(1, 2)
    assert labels.dtype == np.int32
    np.testing.assert_array_equal(samples[..., 0], labels)


def test_a_pipeline_of_bytes_is_scaled():
    made = StreamBatches(tf.data.Dataset.from_tensor_slices(np.array([[0], [255]], np.uint8)).batch(2))
    np.testing.assert_allclose(made.take(0, 1)[0].ravel(), [-1.0, 1.0])


def test_a_pipeline_knows_its_length_and_batch_size():
    assert stream().batch_size == 3
    assert stream(batch_size=5).per_epoch == 2
    assert StreamBatches(tf.data.Dataset.from_tensor_slices(SAMPLES).batch(5).repeat()).per_epoch is None


def test_a_list_of_batches_is_a_pipeline():
    made = StreamBatches([np.zeros((2, 1), np.float32), np.ones((2, 1), np.float32)])
    assert made.per_epoch == 2
    assert made.take(1, 2)[0][..., 0].tolist() == [[1, 1], [0, 0]]


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
