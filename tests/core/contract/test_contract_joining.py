"""Samples joined along their last axis, as their joined description says."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from ganreg import DataError, DataSpec, joined

SHAPES = st.sampled_from([((2,), (3,)), ((4, 5, 1), (4, 5, 2)), ((4, 5, 3), (7,)), ((6, 2), (6, 1))])


@given(SHAPES, st.booleans())
def test_the_shape_is_the_one_that_is_described(shapes, graph):
    first, second = (tf.ones((3, *shape)) for shape in shapes)
    join = tf.function(joined, autograph=False) if graph else joined
    assert tuple(join(first, second).shape[1:]) == DataSpec(shapes[0]).joined(DataSpec(shapes[1])).shape


def test_vectors_become_constant_channels_of_images():
    images, vectors = np.zeros((2, 3, 4, 1), np.float32), np.array([[1, 2], [3, 4]], np.float32)
    values = joined(tf.constant(images), tf.constant(vectors)).numpy()
    np.testing.assert_array_equal(values[..., 1:], np.broadcast_to(vectors[:, None, None], (2, 3, 4, 2)))


def test_the_first_samples_decide_the_type():
    assert joined(tf.ones((2, 1), tf.float16), tf.ones((2, 1))).dtype == tf.float16


@pytest.mark.parametrize(("first", "second"), [((4, 4, 1), (5, 4, 1)), ((2,), (4, 4, 1)), ((3, 2), (2,))])
def test_what_cannot_be_joined_is_refused(first, second):
    with pytest.raises(DataError, match="cannot be joined along their last axis"):
        DataSpec(first).joined(DataSpec(second))
