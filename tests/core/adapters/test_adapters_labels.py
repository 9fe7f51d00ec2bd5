"""Labels: where a model takes them, and in which form."""

import numpy as np
import pytest

import ganreg
from ganreg.adapters.labels import Places, joined_with, labels_for, one_hot, places_in
from ganreg.adapters.signatures import Signature


def found(shapes, dtypes=None, num_classes=3):
    signature = Signature(tuple(shapes), dtypes or ("float32",) * len(shapes), 0)
    return places_in(signature, lambda shape: len(shape) == 1, num_classes, "generator 'g'", "latents")


@pytest.mark.parametrize(
    ("shapes", "dtypes", "expected"),
    [
        ([(5,)], None, Places(0)),
        ([(5,), ()], ("float32", "int32"), Places(0, 1)),
        ([(1,), (5,)], None, Places(1, 0)),
        ([(5,), (3,)], None, Places(0, 1)),
        ([(3,), (3,)], ("int32", "float32"), Places(1, 0)),
    ],
)
def test_the_input_for_labels_is_found(shapes, dtypes, expected):
    assert found(shapes, dtypes) == expected


def test_other_inputs_are_refused():
    with pytest.raises(ganreg.AssemblyError, match="generator 'g' has 3 inputs, but it can take only latents and"):
        found([(5,), (), ()])
    with pytest.raises(ganreg.AssemblyError, match=r"inputs of shapes \(B, 5\) and \(B, 7\)"):
        found([(5,), (7,)])


@pytest.mark.parametrize(
    ("shape", "dtype", "expected"),
    [
        ((), "int32", [0, 2]),
        ((1,), "float32", [[0.0], [2.0]]),
        ((3,), "float32", [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]),
        (None, "int32", [0, 2]),
    ],
)
def test_labels_in_the_form_of_the_input(shape, dtype, expected):
    made = labels_for(Signature((shape,), (dtype,), 0), 0, np.array([0, 2]), 3)
    assert np.asarray(made).tolist() == expected
    assert np.asarray(made).dtype == dtype


def test_one_hot_labels_are_joined_as_vectors_and_as_channels():
    labels = np.array([1])
    assert np.asarray(joined_with(np.float32([[5, 6]]), labels, 2)).tolist() == [[5, 6, 0, 1]]
    image = np.asarray(joined_with(np.ones((1, 2, 2, 1), np.float32), labels, 2))
    assert image.shape == (1, 2, 2, 3)
    assert image[0, 1, 1].tolist() == [1, 0, 1]
    assert np.asarray(one_hot(labels, 2, "int32")).dtype == np.float32
