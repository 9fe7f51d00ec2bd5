"""Batches from pipelines: in their order, again in each epoch, and from where a training ended."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.data.streams import StreamBatches, read_plainly, refuse_other_counts, stacked

SAMPLES = np.arange(10, dtype=np.float32)[:, np.newaxis]


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
            r"must yield pairs, got 3 values \(a GAN uses no sample weights\); for more, yield dicts with 'image'",
        ),
        ((), "must yield pairs, got 0 values"),
        ({"image": SAMPLES, "source": SOURCES[:4]}, "has 10 samples, but 4 sources; yield one for each sample"),
        ({"image": SAMPLES, "label": np.eye(9)}, "one class number a sample, 10 of them, got shape"),
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
    with pytest.raises(ganreg.DataError, match="ended after 2 batches, and a generator cannot be started again"):
        made.take(2, 1)


def test_a_pipeline_that_is_empty_the_second_time_says_so():
    class Once:
        def __init__(self):
            self.passes = iter([[np.zeros((2, 1))] * 2, [], []])

        def __iter__(self):
            return iter(next(self.passes))

    made = StreamBatches(Once())
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


def test_a_pipeline_goes_back_to_an_earlier_batch():
    """After a rollback, or for another evaluation: the pipeline is iterated again."""
    made = stream()
    expected = stream().take(0, 9)["real"]
    made.take(4, 3)
    np.testing.assert_array_equal(made.take(1, 2)["real"], expected[1:3])
    np.testing.assert_array_equal(made.take(5, 1)["real"], expected[5:6])


def test_an_iterator_goes_on_from_its_own_place():
    """It cannot go forward without losing batches, nor back."""
    made = StreamBatches(np.full((2, 1), number, np.float32) for number in itertools.count())
    assert made.per_epoch is None
    taken = [made.take(first, count)["real"][:, 0, 0].tolist() for first, count in [(7, 2), (9, 1), (0, 2), (100, 1)]]
    assert taken == [[0, 1], [2], [3, 4], [5]]


def test_batches_of_other_sizes_are_dropped_only_at_the_end_of_a_pass():
    def sizes(*counts):
        return StreamBatches([np.zeros((count, 1)) for count in counts])

    assert sizes(4, 4, 1).take(0, 6)["real"].shape == (6, 4, 1)
    for counts in [(4, 4, 1, 2, 4), (2, 4, 4, 4), (4, 3, 3)]:
        with pytest.raises(ganreg.DataError, match=r"batches of different sizes: \d samples, then \d; yield one size"):
            sizes(*counts).take(0, 4)


def test_an_endless_pipeline_with_a_short_batch_in_each_round():
    made = StreamBatches(tf.data.Dataset.from_tensor_slices(SAMPLES).batch(4).repeat())
    assert made.take(0, 4)["real"][:, 0, 0].tolist() == [0, 4, 0, 4]


def test_an_iterable_without_an_iterator_is_named():
    class Broken:
        def __iter__(self):
            raise RuntimeError("no disk")

    with pytest.raises(ganreg.DataError, match="cannot be iterated: RuntimeError: no disk"):
        StreamBatches(Broken())


def test_a_later_batch_that_cannot_be_used_is_numbered():
    made = StreamBatches([np.zeros((2, 1)), np.full((2, 1), np.nan)])
    with pytest.raises(ganreg.DataError, match="batch 1 of the data pipeline, counted from 0: samples contain NaN"):
        made.take(0, 2)


def test_reading_plainly_scales_bytes_alone():
    batch = read_plainly({"real": np.array([[0], [255]], np.uint8), "source": [[5.0], [6.0]], "labels": np.eye(2)})
    assert {name: values.tolist() for name, values in batch.items()} == {
        "real": [[-1.0], [1.0]], "source": [[5.0], [6.0]], "labels": [0, 1],
    }  # fmt: skip


def test_counts_are_compared():
    refuse_other_counts({"real": SAMPLES, "source": SAMPLES})
    with pytest.raises(ganreg.DataError, match="has 10 samples, but 9 sources; yield one for each sample"):
        refuse_other_counts({"real": SAMPLES, "source": SAMPLES[:9]})


def test_stacking_keeps_order():
    batches = [{"real": SAMPLES + number, "labels": np.full(10, number)} for number in range(3)]
    made = stacked(batches)
    np.testing.assert_array_equal(made["real"], np.stack([SAMPLES, SAMPLES + 1, SAMPLES + 2]))
    assert made["labels"][:, 0].tolist() == [0, 1, 2]
