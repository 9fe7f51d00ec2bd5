"""The networks' own layers against independent numpy, written from the papers' formulas."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_networks.attention import Attend, Gate
from ganreg_networks.autoencoder_layers import ReconstructionEnergy
from ganreg_networks.basis import ScaledBasis, WeightedSum
from ganreg_networks.conditioning import ClassAffine, Projection
from ganreg_networks.convolution import GroupedConvolution
from ganreg_networks.modulation import ModulatedConvolution, Noise
from ganreg_networks.resampling import Blur, Downsampling, Upsampling
from ganreg_networks.style_layers import (
    EqualizedConvolution,
    EqualizedDense,
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


def test_demodulation_gives_unit_deviation_for_unit_inputs():
    layer = ModulatedConvolution(16, 3)
    maps, scales = normal(2, 32, 32, 8).astype("float32"), np.full((2, 8), 50.0, "float32")

    inside = layer([maps, scales]).numpy()[:, 1:-1, 1:-1]

    assert inside.std() == pytest.approx(1, abs=0.1)


def test_attention_mixes_values_by_the_softmax_of_products():
    queries, keys, values = normal(2, 3, 4, 2), normal(2, 2, 2, 2, seed=1), normal(2, 2, 2, 5, seed=2)

    computed = Attend()([array.astype("float32") for array in (queries, keys, values)])

    for sample in range(2):
        for row in range(3):
            for column in range(4):
                products = np.array([queries[sample, row, column] @ key for key in keys[sample].reshape(4, 2)])
                shares = np.exp(products) / np.exp(products).sum()
                close(shares @ values[sample].reshape(4, 5), computed[sample, row, column])


def test_a_gate_starts_closed():
    layer = Gate()

    close(np.zeros((2, 3)), layer(np.ones((2, 3), "float32")))
    layer.gamma.assign(2.0)
    close(2 * np.ones((2, 3)), layer(np.ones((2, 3), "float32")))


def test_conditional_batch_norm_scales_and_shifts_by_class():
    inputs, labels = keras.Input((3, 3, 2)), keras.Input((4,))
    norm, affine = keras.layers.BatchNormalization(center=False, scale=False, epsilon=1e-3), ClassAffine()
    model = keras.Model([inputs, labels], affine([norm(inputs), labels]))
    affine.gamma.assign(normal(4, 2, seed=1))
    affine.beta.assign(normal(4, 2, seed=2))
    maps, classes = 3 + 2 * normal(5, 3, 3, 2), np.array([0, 3, 1, 3, 2])

    computed = model([maps.astype("float32"), np.eye(4, dtype="float32")[classes]], training=True)

    normalized = (maps - maps.mean((0, 1, 2))) / np.sqrt(maps.var((0, 1, 2)) + 1e-3)
    scale, shift = normal(4, 2, seed=1)[classes], normal(4, 2, seed=2)[classes]
    close(normalized * scale[:, None, None] + shift[:, None, None], computed)


def test_projection_is_the_inner_product_with_the_classs_embedding():
    layer, features, classes = Projection(), normal(3, 5), np.array([1, 0, 1])

    computed = layer([features.astype("float32"), np.eye(2, dtype="float32")[classes]])

    close(np.sum(features * layer.embeddings.numpy()[classes], axis=1, keepdims=True), computed)


@pytest.mark.parametrize("error", ["mean-squared", "mean-absolute"])
def test_reconstruction_energy_is_minus_the_mean_error_and_never_above_0(error):
    samples, reconstructions = normal(4, 3, 2), normal(4, 3, 2, seed=1)

    computed = ReconstructionEnergy(error)([samples.astype("float32"), reconstructions.astype("float32")])

    difference = (samples - reconstructions).reshape(4, -1)
    errors = difference**2 if error == "mean-squared" else np.abs(difference)
    close(-errors.mean(axis=1, keepdims=True), computed)
    close(0, ReconstructionEnergy(error)([samples, samples]))


@pytest.mark.parametrize("groups", [2, 3])
def test_grouped_convolution_convolves_each_group_alone_and_learns(groups):
    layer = GroupedConvolution(2 * groups, 3, padding="same", groups=groups, bias_initializer="random_normal")
    maps = normal(2, 4, 5, 3 * groups)

    @tf.function(autograph=False)
    def run(inputs):
        with tf.GradientTape() as tape:
            output = layer(inputs)
            total = tf.reduce_sum(output**2)
        return output, tape.gradient(total, layer.kernel.value)

    layer.build(maps.shape)
    computed, gradient = run(tf.constant(maps, "float32"))

    kernel = layer.kernel.numpy().astype("float64")
    for sample in range(2):
        parts = [
            convolved(maps[sample, ..., 3 * group : 3 * group + 3], kernel[..., 2 * group : 2 * group + 2])
            for group in range(groups)
        ]
        close(np.concatenate(parts, axis=-1) + layer.bias.numpy(), computed[sample])
    # ∂Σy²/∂w = 2Σ_y y·∂y/∂w, as y is linear in w: Euler's identity gives Σ w·∂/∂w = 2Σ y(y - b).
    y = computed.numpy().astype("float64")
    assert np.sum(kernel * gradient.numpy()) == pytest.approx(2 * np.sum(y * (y - layer.bias.numpy())), rel=1e-4)


def test_one_group_is_left_to_keras():
    layer = GroupedConvolution(2, 3, padding="same")
    maps = normal(1, 4, 4, 3)

    close(convolved(maps[0], layer(maps.astype("float32")) is None or layer.kernel.numpy()), layer(maps)[0])


def zeros_between(row):
    return np.stack([row, np.zeros_like(row)], axis=1).ravel()


@pytest.mark.parametrize(
    ("layer", "pad", "taps"),
    [(Upsampling, (2, 1), (1, 3, 3, 1)), (Upsampling, (2, 0), (1, 2, 1))],
)
def test_upsampling_filters_pixels_between_zeros(layer, pad, taps):
    maps = normal(1, 4, 5, 1)

    computed = layer(taps)(maps.astype("float32"))[0, ..., 0]

    def along(row):
        return np.convolve(np.pad(zeros_between(row), pad), np.array(taps) * 2 / sum(taps), "valid")

    close(np.apply_along_axis(along, 1, np.apply_along_axis(along, 0, maps[0, ..., 0])), computed)


@pytest.mark.parametrize(
    ("layer", "pad", "taps", "stride"),
    [
        (Downsampling, (1, 1), (1, 3, 3, 1), 2),
        (Downsampling, (1, 0), (1, 2, 1), 2),
        (Blur, (2, 2), (1, 3, 3, 1), 1),
    ],
)
def test_downsampling_filters_first(layer, pad, taps, stride):
    maps = normal(1, 4, 6, 1)

    computed = layer(taps)(maps.astype("float32"))[0, ..., 0]

    def along(row):
        return np.convolve(np.pad(row, pad), np.array(taps) / sum(taps), "valid")[::stride]

    close(np.apply_along_axis(along, 1, np.apply_along_axis(along, 0, maps[0, ..., 0])), computed)


def test_upsampling_of_stylegan_interpolates_linearly():
    ramp = np.arange(6.0).reshape(1, 6, 1, 1).repeat(6, axis=2)

    inside = Upsampling()(ramp)[0, 1:-1, 4, 0]

    close(np.arange(10) / 2 + 0.25, inside)


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


def test_a_basis_is_scaled_and_summed():
    scaled, summed = ScaledBasis(3), WeightedSum()
    scales, maps = normal(2, 4), normal(2, 3, 3, 4)

    close(
        scales[:, None, None] * scaled(scales.astype("float32")).numpy()[:1] / scales[0],
        scaled(scales.astype("float32")),
    )
    result = summed(maps.astype("float32"))
    close(np.einsum("bhwc,hwc->bc", maps, summed.basis.numpy()), result)
