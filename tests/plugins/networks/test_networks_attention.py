"""The layers of self-attention against numpy, from the paper's formulas."""

import numpy as np
from ganreg_networks.attention import Attend, Gate


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def close(expected, computed):
    np.testing.assert_allclose(np.asarray(computed, "float64"), expected, rtol=1e-4, atol=1e-5)


def test_attention_mixes_values_by_the_softmax_of_products():
    queries, keys, values = normal(2, 3, 4, 2), normal(2, 2, 2, 2, seed=1), normal(2, 2, 2, 5, seed=2)

    computed = Attend()([array.astype("float32") for array in (queries, keys, values)])

    for sample in range(2):
        for row in range(3):
            for column in range(4):
                products = np.array([queries[sample, row, column] @ key for key in keys[sample].reshape(4, 2)])
                shares = np.exp(products) / np.exp(products).sum()
                close(shares @ values[sample].reshape(4, 5), computed[sample, row, column])


def test_equal_queries_average_the_values():
    values = normal(2, 2, 3, 5)

    computed = Attend()(
        [np.zeros((2, 4, 4, 2), "float32"), normal(2, 2, 3, 2).astype("float32"), values.astype("float32")]
    )

    close(np.broadcast_to(values.mean(axis=(1, 2))[:, None, None], (2, 4, 4, 5)), computed)


def test_a_gate_starts_closed():
    layer = Gate()

    close(np.zeros((2, 3)), layer(np.ones((2, 3), "float32")))
    layer.gamma.assign(2.0)
    close(2 * np.ones((2, 3)), layer(np.ones((2, 3), "float32")))
