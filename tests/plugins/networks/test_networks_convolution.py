import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_networks.convolution import GroupedConvolution


def normal(*shape):
    return np.random.default_rng(2).normal(size=shape).astype("float32")


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


def close(expected, computed):
    np.testing.assert_allclose(np.asarray(computed, "float64"), expected, rtol=1e-4, atol=1e-5)


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


@pytest.mark.parametrize("options", [{"groups": 1}, {"groups": 3, "strides": 2}, {"groups": 3, "padding": "valid"}])
def test_other_grouped_convolutions_are_left_to_keras(options):
    options = {"padding": "same", **options}
    ours, keras_own = GroupedConvolution(6, 3, **options), keras.layers.Conv2D(6, 3, **options)
    for layer in (ours, keras_own):
        layer.build((None, 4, 4, 3))
    keras_own.set_weights(ours.get_weights())

    np.testing.assert_array_equal(ours(normal(2, 4, 4, 3)), keras_own(normal(2, 4, 4, 3)))
