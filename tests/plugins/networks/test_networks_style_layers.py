"""The layers of StyleGAN2 against numpy, from the papers' formulas."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_networks.style_layers import (
    EqualizedConvolution,
    EqualizedDense,
    LearnedConstant,
    MinibatchDeviation,
    NormalizeLatents,
)


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def close(expected, computed):
    np.testing.assert_allclose(np.asarray(computed, "float64"), expected, rtol=1e-4, atol=1e-5)


def convolved(maps, kernel):
    """A convolution of stride 1 with zeros around, one sample `[H, W, C]`, in loops."""
    side = kernel.shape[0] // 2
    padded = np.pad(maps, [(side, side), (side, side), (0, 0)])
    result = np.zeros((*maps.shape[:2], kernel.shape[-1]))
    for row in range(maps.shape[0]):
        for column in range(maps.shape[1]):
            patch = padded[row : row + kernel.shape[0], column : column + kernel.shape[1]]
            result[row, column] = np.einsum("ijc,ijcf->f", patch, kernel)
    return result


@pytest.mark.parametrize(("batch", "size"), [(8, 4), (6, 3), (4, 4), (5, 1), (1, 1)])
def test_minibatch_deviation_appends_each_groups_mean_deviation(batch, size):
    maps = normal(batch, 2, 3, 4)

    computed = MinibatchDeviation(4)(maps.astype("float32"))

    assert computed.shape == (batch, 2, 3, 5)
    groups = batch // size
    for sample in range(batch):
        group = maps[sample % groups :: groups]
        assert len(group) == size
        close(np.full((2, 3), np.sqrt(group.var(axis=0) + 1e-8).mean()), computed[sample, ..., 4])
    close(maps, computed[..., :4])


def test_minibatch_deviation_of_an_unknown_batch_is_the_same():
    layer, maps = MinibatchDeviation(4), normal(6, 2, 2, 3).astype("float32")

    unknown = tf.function(layer, input_signature=[tf.TensorSpec((None, 2, 2, 3))])

    close(layer(maps).numpy(), unknown(maps))


@pytest.mark.parametrize("equalized", [False, True])
@pytest.mark.parametrize("multiplier", [1.0, 0.01])
def test_equalized_dense_starts_as_any_dense_and_learns_by_its_multiplier(equalized, multiplier):
    layer = EqualizedDense(256, equalized=equalized, multiplier=multiplier, first_bias=1.0)
    hidden = normal(64, 128)

    computed = layer(hidden.astype("float32")).numpy()

    start = (1 if equalized else 128**-0.5) / multiplier
    assert layer.kernel.numpy().std() == pytest.approx(start, rel=0.05)
    factor = (128**-0.5 if equalized else 1) * multiplier
    close(hidden @ layer.kernel.numpy() * factor + 1, computed)
    assert (computed - 1).std() == pytest.approx(1, rel=0.05)


@pytest.mark.parametrize("equalized", [False, True])
def test_equalized_convolution_scales_its_kernel(equalized):
    layer = EqualizedConvolution(32, 3, padding="same", equalized=equalized)
    maps = normal(1, 6, 6, 8)

    computed = layer(maps.astype("float32"))

    factor = 72**-0.5 if equalized else 1
    assert layer.kernel.numpy().std() == pytest.approx(72**-0.5 / factor, rel=0.05)
    close(convolved(maps[0], layer.kernel.numpy() * factor), computed[0])


def test_normalized_latents_have_a_mean_square_of_1():
    latents = 5 * normal(3, 7)

    close(latents / np.sqrt(np.mean(latents**2, axis=1, keepdims=True)), NormalizeLatents()(latents.astype("float32")))


def test_all_samples_start_from_the_same_maps():
    layer = LearnedConstant(4, 32)

    maps = layer(normal(3, 7).astype("float32")).numpy()

    close(np.tile(layer.maps.numpy(), (3, 1, 1, 1)), maps)
    assert maps.std() == pytest.approx(1, rel=0.1)
