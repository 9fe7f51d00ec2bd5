"""Samples and labels are checked against what the networks were built for."""

import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.data.batches import ArrayBatches
from ganreg.data.checking import CheckedStream, batches_of, shaped

POINTS = ganreg.DataSpec((2,), num_classes=3, value_range=(-1, 1))
SAMPLES = np.linspace(-1, 1, 24, dtype=np.float32).reshape(12, 2)
LABELS = np.arange(12) % 3


def checked(x, y=None, *, data=POINTS, needs_labels=False, batch_size=4):
    return batches_of(x, y, data, needs_labels=needs_labels, batch_size=batch_size, seed=0, shuffle=False)


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
    for first, second in zip(array.take(1, 2), stream.take(1, 2), strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("given", [(SAMPLES, LABELS), (pipeline(SAMPLES, LABELS), None)], ids=["arrays", "pipeline"])
def test_labels_that_no_network_takes_are_checked_and_dropped(given):
    assert checked(*given).take(0, 1)[1] is None


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
    np.testing.assert_allclose(checked(images).take(0, 1)[0][0, 0], [-1.0, 1.0])
