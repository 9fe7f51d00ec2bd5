"""What `validation_data` and `validation_split` stand for."""

import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.engine.running.holding_out import held_out, unpacked

X, Y = np.arange(10.0).reshape(10, 1), np.arange(10)


@pytest.mark.parametrize("given", [(X, Y), [X, Y], (X, Y, None)])
def test_pairs_are_taken_apart(given):
    x, y = unpacked(given)
    assert x is X
    assert y is Y


@pytest.mark.parametrize("given", [X, (X,), [X]])
def test_samples_alone_have_no_labels(given):
    x, y = unpacked(given)
    assert x is X
    assert y is None


def test_sample_weights_are_refused():
    with pytest.raises(ganreg.SpecError, match="no sample weights"):
        unpacked((X, Y, np.ones(10)))
    with pytest.raises(ganreg.DataError, match="got 4 values"):
        unpacked((X, Y, None, None))


@pytest.mark.parametrize("kind", [np.asarray, tf.constant, list])
def test_the_last_samples_are_held_out(kind):
    """Keras's own rule: the first floor(10 · 0.75) train."""
    (x, y), (validation_x, validation_y) = held_out(kind(X), Y, 0.25)
    np.testing.assert_array_equal(np.ravel(x), range(7))
    np.testing.assert_array_equal(np.ravel(validation_x), [7, 8, 9])
    np.testing.assert_array_equal(y, range(7))
    np.testing.assert_array_equal(validation_y, [7, 8, 9])


def test_data_are_divided_with_their_labels():
    data = ganreg.Data(train=X, train_labels=Y % 2, test=X)
    (x, _), (validation_x, _) = held_out(data, None, 0.5)
    np.testing.assert_array_equal(validation_x.train, X[5:])
    np.testing.assert_array_equal(validation_x.train_labels, Y[5:] % 2)
    assert x.test is None
    assert len(x.train) == 5


def test_a_pipeline_cannot_be_divided():
    with pytest.raises(ganreg.DataError, match=r"divides arrays only; pass validation_data="):
        held_out(tf.data.Dataset.from_tensor_slices(X).batch(2), None, 0.5)


def test_an_empty_part_is_refused():
    with pytest.raises(ganreg.DataError, match=r"validation_split=0\.95 of 10 samples leaves a part without samples"):
        held_out(X, None, 0.95)


@pytest.mark.parametrize("fields", [("image", "label"), None])
def test_pairs_and_dicts_are_divided_with_what_they_hold(fields):
    samples, labels = np.arange(8.0)[:, np.newaxis], np.arange(8) % 2
    given = (samples, labels) if fields is None else dict(zip(fields, (samples, labels), strict=True))
    (first, first_y), (last, last_y) = held_out(given, None, 0.25)
    assert first_y is last_y is None
    for part, rows in ((first, slice(6)), (last, slice(6, None))):
        values = part if fields is None else tuple(part.values())
        assert fields is None or tuple(part) == fields
        np.testing.assert_array_equal(values[0], samples[rows])
        np.testing.assert_array_equal(values[1], labels[rows])
