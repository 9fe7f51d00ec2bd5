"""The similarities of a batch against a numpy loop over pairs of samples."""

import numpy as np
import tensorflow as tf
from ganreg_regularizers.minibatch_layers import MinibatchSimilarities
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp


def _similarities(hidden, projection, kernels, dimensions):
    """The paper's o(x_i)_b, pair by pair, without a sample's similarity to itself."""
    batch = len(hidden)
    tensor = np.float64(projection).reshape(-1, kernels, dimensions)
    result = np.zeros((batch, kernels))
    for i in range(batch):
        for j in range(batch):
            for b in range(kernels):
                if i != j:
                    mine, other = np.float64(hidden[i]) @ tensor[:, b], np.float64(hidden[j]) @ tensor[:, b]
                    result[i, b] += np.exp(-np.abs(mine - other).sum())
    return result


@given(
    hidden=hnp.arrays(np.float32, st.tuples(st.integers(1, 6), st.just(4)), elements={"min_value": -4, "max_value": 4}),
    kernels=st.integers(1, 3),
    dimensions=st.integers(1, 3),
)
@settings(max_examples=20, deadline=None)
def test_against_a_loop_over_pairs(hidden, kernels, dimensions):
    layer = MinibatchSimilarities(kernels, dimensions)
    result = layer(hidden)
    expected = _similarities(hidden, layer.projection.numpy(), kernels, dimensions)
    assert layer.compute_output_shape(hidden.shape) == result.shape
    np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-5)


def test_a_collapsed_batch_is_more_similar_than_a_diverse_one():
    layer = MinibatchSimilarities(4, 3)
    diverse = np.float32(np.random.default_rng(0).normal(scale=3.0, size=(7, 3)))
    collapsed = np.repeat(diverse[:1], 7, axis=0)
    np.testing.assert_allclose(layer(collapsed), np.full((7, 4), 6.0), rtol=1e-6)
    assert np.all(layer(diverse) < 6.0)
    np.testing.assert_array_equal(layer(diverse[:1]), np.zeros((1, 4)))


def test_gradient_where_samples_are_equal_is_finite():
    layer, samples = MinibatchSimilarities(5, 3), tf.ones((4, 3))
    with tf.GradientTape() as tape:
        tape.watch(samples)
        total = tf.reduce_sum(layer(samples))
    assert np.isfinite(tape.gradient(total, samples)).all()


def test_an_equal_layer_from_its_configuration():
    layer = MinibatchSimilarities(2, 3, name="similar")
    hidden = np.float32(np.random.default_rng(0).normal(size=(5, 4)))
    expected = layer(hidden)
    again = MinibatchSimilarities.from_config(layer.get_config())
    again.build(hidden.shape)
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(again(hidden), expected)
