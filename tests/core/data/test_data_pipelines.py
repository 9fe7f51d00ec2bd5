"""What holds samples and what yields batches are told apart by what they are."""

import collections
import itertools
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.data.pipelines import can_be_repeated, is_pipeline, is_py_dataset, is_yielding, length_of

SAMPLES = np.zeros((6, 2))


class OfSequences(keras.utils.PyDataset):
    def __len__(self):
        return 3

    def __getitem__(self, index):
        return SAMPLES


class Loader:
    """Yields batches, and knows how many."""

    def __iter__(self):
        return iter([SAMPLES])

    def __len__(self):
        return 1


class Endless(Loader):
    def __len__(self):
        raise TypeError("has no length")


def numbers():
    yield SAMPLES


DATASET = tf.data.Dataset.from_tensor_slices(SAMPLES).batch(2)


@pytest.mark.parametrize(
    ("pipeline", "repeats", "length"),
    [
        (DATASET, True, 3),
        (DATASET.repeat(), True, None),
        (DATASET.filter(lambda batch: True), True, None),
        (iter(DATASET), False, None),
        (DATASET.as_numpy_iterator(), False, None),
        (OfSequences(), True, 3),
        (Loader(), True, 1),
        (Endless(), True, None),
        (numbers(), False, None),
        (iter([SAMPLES]), False, None),
        (map(np.asarray, [SAMPLES]), False, None),
        (itertools.repeat(SAMPLES), False, None),
        (zip([SAMPLES], [SAMPLES], strict=True), False, None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_pipelines(pipeline, repeats, length):
    assert is_pipeline(pipeline)
    assert can_be_repeated(pipeline) is repeats
    assert length_of(pipeline) == length
    assert is_py_dataset(pipeline) is isinstance(pipeline, OfSequences)


def test_loaders_of_torch():
    torch = pytest.importorskip("torch")
    dataset = torch.utils.data.TensorDataset(torch.zeros(6, 2))
    loader = torch.utils.data.DataLoader(dataset, batch_size=2)
    assert is_pipeline(loader)
    assert is_yielding(loader)
    assert length_of(loader) == 3
    with pytest.raises(
        ganreg.DataError, match=r"torch.TensorDataset .* pass torch.utils.data.DataLoader\(x, batch_size"
    ):
        is_pipeline(dataset)


@pytest.mark.parametrize(
    "values",
    [SAMPLES, [1, 2], (1, 2), range(3), collections.deque([1]), tf.zeros(3), np.float32(1), 5, tf.Variable([1.0])],
    ids=lambda value: type(value).__name__,
)
def test_what_holds_samples(values):
    assert not is_pipeline(values)
    assert not is_yielding(values)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("digits", r"type str cannot be used; names and files of datasets are for assemble\(data=...\)"),
        (Path("secret.npz"), "names and files of datasets are for assemble"),
        (ganreg.DataSpec((2,)), "type ganreg.DataSpec cannot be used; it only describes samples"),
        ({"x": SAMPLES}, "type dict cannot be used; pass a dict with 'image'"),
        ({1.5}, "type set cannot be used; it has no order; pass an array"),
        (numbers, "type function cannot be used; call it and pass what it returns, or pass an object whose __iter__"),
        (object(), "type object cannot be used; pass arrays, tensors, .* a torch DataLoader or a generator"),
        (None, "type NoneType cannot be used"),
    ],
)
def test_what_does_neither_is_refused(value, message):
    with pytest.raises(ganreg.DataError, match=message) as error:
        is_pipeline(value)
    assert "secret" not in str(error.value)


def test_only_what_is_known_to_yield_batches_is_yielding():
    assert is_yielding(DATASET)
    assert is_yielding(numbers())
    assert not is_yielding(Loader())
    assert not is_yielding("digits")
