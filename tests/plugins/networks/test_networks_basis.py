import numpy as np
import pytest
from ganreg_networks.basis import ScaledBasis, WeightedSum


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def close(expected, computed):
    np.testing.assert_allclose(np.asarray(computed, "float64"), expected, rtol=1e-4, atol=1e-5)


def test_a_basis_is_scaled_channel_by_channel():
    layer, scales = ScaledBasis(3), normal(2, 4)

    computed = layer(scales.astype("float32"))

    close(np.einsum("bc,hwc->bhwc", scales, layer.basis.numpy()), computed)


def test_a_sum_is_weighted_channel_by_channel():
    layer, maps = WeightedSum(), normal(2, 3, 3, 4)

    computed = layer(maps.astype("float32"))

    close(np.einsum("bhwc,hwc->bc", maps, layer.basis.numpy()), computed)


def test_initial_weights_keep_the_variance():
    scaled, summed = ScaledBasis(8), WeightedSum()

    maps = scaled(normal(64, 32).astype("float32"))
    sums = summed(normal(64, 8, 8, 32).astype("float32"))

    assert np.std(maps) == pytest.approx(1, rel=0.1)
    assert np.std(sums) == pytest.approx(1, rel=0.1)
