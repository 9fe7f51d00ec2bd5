"""The order of batches is a function of (seed, epoch), however they are taken."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ganreg
from ganreg.data.batches import ArrayBatches, epoch_order

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


@pytest.mark.parametrize("value_range", [(0, 1), (0, 255), (-3, 5), (10, 11)])
def test_floats_with_a_range_are_scaled_as_they_are_taken(value_range):
    """The minimum becomes -1, the maximum 1, and what is in between stays in proportion."""
    least, greatest = value_range
    shares = np.linspace(0, 1, 9)
    samples = (least + shares * (greatest - least)).astype(np.float32)[:, np.newaxis]
    made = ArrayBatches(
        samples, None, batch_size=9, seed=0, shuffle=False, source=samples[:, [0, 0]], paired=True,
        value_range=value_range, source_range=None,
    )  # fmt: skip
    taken = made.take(0, 1)
    np.testing.assert_allclose(taken["real"][0, :, 0], 2 * shares - 1, atol=1e-6)
    np.testing.assert_array_equal(taken["source"][0], samples[:, [0, 0]])  # sources without a range are not scaled
    assert taken["real"].dtype == np.float32


def test_the_same_bytes_are_the_same_samples_in_every_range():
    pixels = np.arange(256, dtype=np.uint8)[:, np.newaxis]

    def taken(samples, value_range):
        made = ArrayBatches(samples, None, batch_size=256, seed=0, shuffle=False, value_range=value_range)
        return made.take(0, 1)["real"]

    np.testing.assert_array_equal(taken(pixels, (0, 255)), taken(pixels, (-1, 1)))
    np.testing.assert_array_equal(taken(pixels.astype(np.float32), (0, 255)), taken(pixels, None))


@given(st.integers(1, 50), st.integers(0, 2**31), st.integers(0, 5))
def test_the_order_of_an_epoch_is_numpys_permutation(count, seed, epoch):
    stream = np.random.Generator(np.random.PCG64([seed, epoch]))
    assert epoch_order(count, seed, epoch, shuffle=True).tolist() == stream.permutation(count).tolist()
    assert (
        epoch_order(count, [seed, 3], epoch, shuffle=True).tolist()
        == epoch_order(count, (seed, 3), epoch, shuffle=True).tolist()
    )
    assert epoch_order(count, seed, epoch, shuffle=False).tolist() == list(range(count))


def test_shapes():
    taken = arrays(np.zeros((10, 4, 5, 1), np.float32)).take(0, 2)
    assert {name: values.shape for name, values in taken.items()} == {"real": (2, 3, 4, 5, 1)}
    assert arrays().per_epoch == 3


@pytest.mark.parametrize(
    ("size", "message"),
    [
        (11, "batch size 11 is more than the 10 samples; use 10 or less"),
        (0, "must be at least 1, got 0"),
        (4.0, "must be a whole number, got 4.0"),
        (True, "must be a whole number"),
    ],
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
