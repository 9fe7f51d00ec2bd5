import functools

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_networks.convolution import DownsamplingConvolution, GroupedConvolution
from ganreg_networks.dcgan import DcganDiscriminator

from ganreg import DataSpec


def normal(*shape):
    return np.random.default_rng(2).normal(size=shape).astype("float32")


def twins(shape, *, kernel_size=4, strides=2, padding="same", **options):
    """The layer and Keras's own with the same weights, on inputs of one shape."""
    options = {"padding": padding, "bias_initializer": "random_normal", **options}
    ours = DownsamplingConvolution(5, kernel_size, strides=strides, **options)
    keras_own = keras.layers.Conv2D(5, kernel_size, strides=strides, **options)
    for layer in (ours, keras_own):
        layer.build((None, *shape))
    keras_own.set_weights(ours.get_weights())
    return ours, keras_own


def values_and_gradients(layer, inputs):
    """The output, its gradient by input and kernel, and that of the squared input gradient by the kernel."""
    inputs = tf.convert_to_tensor(inputs)
    with tf.GradientTape() as outer:
        with tf.GradientTape(persistent=True) as inner:
            inner.watch(inputs)
            output = layer(inputs)
            total = tf.reduce_sum(tf.sin(output))
        by_input = inner.gradient(total, inputs)
        penalty = tf.reduce_sum(by_input**2)
    return output, by_input, inner.gradient(total, layer.kernel.value), outer.gradient(penalty, layer.kernel.value)


@pytest.mark.parametrize("shape", [(8, 8, 3), (28, 28, 1), (2, 6, 4), (14, 2, 2)])
def test_it_is_keras_convolution_in_values_and_gradients_of_both_orders(shape):
    ours, keras_own = twins(shape)
    inputs = normal(3, *shape)

    for xla in (False, True):
        expected_all, computed_all = (
            tf.function(functools.partial(values_and_gradients, layer), jit_compile=xla, autograph=False)(inputs)
            for layer in (keras_own, ours)
        )
        for expected, computed in zip(expected_all, computed_all, strict=True):
            np.testing.assert_allclose(computed, expected, rtol=1e-5, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize(
    ("shape", "options"),
    [
        ((7, 7, 2), {}),
        ((8, 7, 2), {}),
        ((8, 8, 2), {"kernel_size": 3}),
        ((8, 8, 2), {"strides": 1}),
        ((8, 8, 2), {"padding": "valid"}),
        ((8, 8, 5), {"groups": 5}),
    ],
)
def test_other_convolutions_are_left_to_keras(shape, options):
    ours, keras_own = twins(shape, **options)

    np.testing.assert_array_equal(ours(normal(2, *shape)), keras_own(normal(2, *shape)))


def test_images_of_unknown_side_are_left_to_keras():
    ours, keras_own = twins((8, 8, 1))
    inputs = keras.Input((None, None, 1))

    outputs = [keras.Model(inputs, layer(inputs))(normal(2, 8, 8, 1)) for layer in (ours, keras_own)]

    np.testing.assert_allclose(*outputs, rtol=1e-5, atol=1e-6)


def test_only_stride_one_is_convolved_on_even_sides():
    ours, keras_own = twins((8, 8, 3))

    def strides(layer):
        graph = tf.function(layer).get_concrete_function(tf.TensorSpec((2, 8, 8, 3))).graph
        return [operation.get_attr("strides") for operation in graph.get_operations() if operation.type == "Conv2D"]

    assert strides(ours) == [[1, 1, 1, 1]]
    assert strides(keras_own) == [[1, 2, 2, 1]]


def test_a_saved_layer_gives_the_same_outputs(saved_and_loaded):
    model = keras.Sequential([keras.Input((8, 8, 3)), twins((8, 8, 3), activation="relu")[0]], name="convolution")
    loaded = saved_and_loaded(model)

    assert isinstance(loaded.layers[0], DownsamplingConvolution)
    np.testing.assert_array_equal(model(normal(2, 8, 8, 3)), loaded(normal(2, 8, 8, 3)))


@pytest.mark.usefixtures("mixed_bfloat16")
def test_the_dtype_policy_decides_the_type():
    ours, keras_own = twins((8, 8, 3))
    inputs = normal(2, 8, 8, 3)

    assert ours(inputs).dtype == tf.bfloat16
    np.testing.assert_allclose(
        tf.cast(ours(inputs), "float32"), tf.cast(keras_own(inputs), "float32"), rtol=0.05, atol=0.05
    )


def test_the_discriminator_dcgan_uses_it():
    model = DcganDiscriminator(width=4).build(DataSpec((28, 28, 1)))

    convolutions = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]

    assert len(convolutions) == 2
    assert all(isinstance(layer, DownsamplingConvolution) for layer in convolutions)


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
