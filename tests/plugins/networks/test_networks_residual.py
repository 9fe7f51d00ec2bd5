"""Residual blocks against the same block, computed layer by layer as the papers draw it."""

import keras
import numpy as np
import pytest
from ganreg_networks import residual


def normal(*shape):
    return np.random.default_rng(1).normal(size=shape).astype("float32")


def kernels_of(model):
    return [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]


def pooled(maps):
    batch, height, width, channels = maps.shape
    return maps.reshape(batch, height // 2, 2, width // 2, 2, channels).mean(axis=(2, 4))


def close(expected, computed):
    np.testing.assert_allclose(computed, expected, rtol=1e-4, atol=1e-5)


def model_of(block, channels=3, **options):
    inputs = keras.Input((4, 4, channels))
    return keras.Model(inputs, block(inputs, **options))


def relu(maps):
    return np.maximum(maps, 0)


def test_a_generator_block_upsamples_both_ways():
    """Drawn as in the paper: the shortcut is upsampled before its convolution."""
    model = model_of(residual.generator_block, width=5, sides=(8, 8), norm="none", classes=None)
    maps = normal(2, 4, 4, 3)
    first, second, shortcut = sorted(kernels_of(model), key=lambda layer: (layer.kernel_size[0] == 1, layer.name))

    def doubled(values):
        return values.repeat(2, axis=1).repeat(2, axis=2)

    hidden = second(relu(first(doubled(relu(maps))).numpy()))

    close(hidden + shortcut(doubled(maps)), model(maps))


def test_a_first_block_takes_no_relu_of_the_image():
    model = model_of(residual.first_block, width=5, sides=(2, 2))
    maps = normal(2, 4, 4, 3)
    first, second, shortcut = sorted(kernels_of(model), key=lambda layer: (layer.kernel_size[0] == 1, layer.name))

    hidden = pooled(second(relu(first(maps).numpy())).numpy())

    close(hidden + shortcut(pooled(maps)), model(maps))


@pytest.mark.parametrize("halve", [False, True])
@pytest.mark.parametrize("width", [3, 5])
def test_a_discriminator_block_has_a_shortcut_without_weights_where_shapes_allow_it(width, halve):
    sides = (2, 2) if halve else (4, 4)
    model = model_of(residual.discriminator_block, width=width, norm="none", sides=sides)
    maps = normal(2, 4, 4, 3)
    first, second, *others = sorted(kernels_of(model), key=lambda layer: (layer.kernel_size[0] == 1, layer.name))

    hidden, shortcut = second(relu(first(relu(maps)).numpy())).numpy(), maps
    for convolution in others:
        shortcut = convolution(shortcut).numpy()
    if halve:
        hidden, shortcut = pooled(hidden), pooled(shortcut)

    assert bool(others) == (halve or width != 3)
    close(hidden + shortcut, model(maps))


def test_the_last_of_an_odd_number_of_values_is_averaged_alone():
    """The shortcut of a block whose residual is 0: 5 values become 3, the last one unchanged."""
    inputs = keras.Input((5, 2))
    model = keras.Model(inputs, residual.first_block(inputs, 2, (3,)))
    maps = normal(1, 5, 2)
    (shortcut,) = [layer for layer in model.layers if getattr(layer, "kernel_size", ()) == (1,)]
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv1D):
            layer.set_weights([np.zeros_like(weights) for weights in layer.get_weights()])
    shortcut.set_weights([np.eye(2)[np.newaxis], np.zeros(2)])

    expected = np.stack([maps[:, :2].mean(axis=1), maps[:, 2:4].mean(axis=1), maps[:, 4]], axis=1)

    close(expected, model(maps))


def test_an_odd_number_of_values_is_doubled_but_for_the_last():
    inputs = keras.Input((3, 2))
    model = keras.Model(inputs, residual.generator_block(inputs, 4, (5,), "none", None))

    assert model.output.shape == (None, 5, 4)


@pytest.mark.parametrize("gain", [1.0, 2.0])
def test_the_gain_multiplies_the_variance_of_glorots_weights(gain):
    inputs = keras.Input((4, 4, 40))
    model = keras.Model(inputs, residual.convolved(inputs, 60, gain=gain))

    assert np.var(model.layers[1].kernel) == pytest.approx(gain * 2 / (9 * 40 + 9 * 60), rel=0.05)


def test_projection_adds_the_inner_product_to_the_logit():
    logits, features, classes = keras.Input((1,)), keras.Input((5,)), keras.Input((2,))
    model = keras.Model([logits, features, classes], residual.project(logits, features, classes))
    given = normal(3, 1), normal(3, 5), np.eye(2, dtype="float32")[[1, 0, 1]]
    (embeddings,) = model.get_weights()

    close(given[0] + np.sum(given[1] * embeddings[[1, 0, 1]], axis=1, keepdims=True), model(list(given)))
