"""The layers of StyleGAN2's synthesis network against numpy, from the paper's formulas."""

import numpy as np
import pytest
from ganreg_networks.modulation import Bias, ModulatedConvolution, Noise


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


@pytest.mark.parametrize("demodulate", [False, True])
@pytest.mark.parametrize("equalized", [False, True])
def test_modulated_convolution_is_a_convolution_by_each_samples_own_kernel(demodulate, equalized):
    layer = ModulatedConvolution(4, 3, demodulate=demodulate, equalized=equalized)
    maps, scales = normal(3, 5, 5, 2), normal(3, 2, seed=1)

    computed = layer([maps.astype("float32"), scales.astype("float32")])

    kernel = layer.kernel.numpy().astype("float64") * ((2 * 9) ** -0.5 if equalized else 1)
    for sample in range(3):
        own = kernel * scales[sample][None, None, :, None]
        if demodulate:
            own = own / np.sqrt(np.sum(own**2, axis=(0, 1, 2)) + 1e-8)
        close(convolved(maps[sample], own), computed[sample])


def test_upsampling_convolves_pixels_between_zeros():
    layer = ModulatedConvolution(4, 3, demodulate=False, upsample=True, equalized=False)
    maps = normal(1, 3, 4, 2)

    computed = layer([maps.astype("float32"), np.ones((1, 2), "float32")])

    sparse = np.zeros((7, 9, 2))  # 5x7 pixels with zeros between them, and one on each side
    sparse[1:-1:2, 1:-1:2] = maps[0]
    close(convolved(sparse, layer.kernel.numpy().astype("float64")), computed[0])
    assert layer.compute_output_shape([maps.shape, (1, 2)]) == computed.shape == (1, 7, 9, 4)


def test_demodulation_gives_unit_deviation_for_unit_inputs():
    layer = ModulatedConvolution(16, 3)
    maps, scales = normal(2, 32, 32, 8).astype("float32"), np.full((2, 8), 50.0, "float32")

    inside = layer([maps, scales]).numpy()[:, 1:-1, 1:-1]

    assert inside.std() == pytest.approx(1, abs=0.1)


def test_noise_is_new_in_training_and_fixed_otherwise():
    layer, maps = Noise(seed=1), np.zeros((2, 8, 8, 3), "float32")
    layer(maps)
    layer.strength.assign(0.5)

    still, again = layer(maps).numpy(), layer(maps).numpy()
    first, second = layer(maps, training=True).numpy(), layer(maps, training=True).numpy()

    np.testing.assert_array_equal(still, again)
    np.testing.assert_array_equal(still[0], still[1])
    assert not np.any(np.isclose(first, second))
    assert not np.any(np.isclose(first[0], first[1]))
    np.testing.assert_array_equal(first[..., 0], first[..., 2])
    assert first.std() == pytest.approx(0.5, rel=0.2)


def test_a_bias_is_added_to_each_channel_and_starts_at_0():
    layer, maps = Bias(), normal(2, 3, 3, 4)

    close(maps, layer(maps.astype("float32")))
    layer.bias.assign(normal(4, seed=1))
    close(maps + normal(4, seed=1), layer(maps.astype("float32")))
