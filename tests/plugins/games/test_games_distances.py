"""The distance between samples."""

import numpy as np
import tensorflow as tf
from ganreg_games.distances import mean_absolute
from hypothesis import given, settings
from hypothesis import strategies as st

SHAPES = st.lists(st.integers(1, 5), min_size=2, max_size=4)


@given(SHAPES, st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_it_is_the_mean_absolute_difference_of_all_values(shape, seed):
    first, second = np.random.default_rng(seed).normal(size=(2, *shape)).astype(np.float32)

    computed = mean_absolute(tf.constant(first), tf.constant(second))

    assert computed.shape == ()
    np.testing.assert_allclose(computed, np.abs(first.astype(np.float64) - second).mean(), rtol=1e-5)
