"""Orthogonal regularization against float64 numpy."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.orthogonal import Orthogonal

import ganreg
from ganreg.testing import discriminator_step, generator_step


def _orthogonal(matrix, off_diagonal):
    product = matrix.T @ matrix
    identity = np.eye(len(product))
    return np.sum(np.square(product * (1 - identity) if off_diagonal else product - identity))


def _penalty_of(model, **options):
    step = discriminator_step(model, real=np.zeros((2, *model.input_shape[1:])), fake=np.zeros((2, 1)))
    return Orthogonal(**options).discriminator_penalty(step)


@pytest.mark.parametrize("off_diagonal", [True, False])
def test_value(convolutional, kernel_matrices, off_diagonal):
    expected = 0.3 * sum(_orthogonal(matrix, off_diagonal) for matrix in kernel_matrices(convolutional))
    value = _penalty_of(convolutional, weight=0.3, off_diagonal=off_diagonal)
    assert value.dtype == tf.float32
    np.testing.assert_allclose(value, expected, rtol=1e-5)


@pytest.mark.parametrize("off_diagonal", [True, False])
@pytest.mark.parametrize("shape", [(3, 2), (4, 9), (2, 40)], ids=str)
def test_gradient(shape, off_diagonal, finite_differences):
    model = keras.Sequential([keras.Input((shape[0],)), keras.layers.Dense(shape[1], use_bias=False, dtype="float64")])
    kernel = model.layers[0].kernel
    start = kernel.numpy().ravel()

    def reference(weights):
        return 2.0 * _orthogonal(weights.reshape(shape), off_diagonal)

    with tf.GradientTape() as tape:
        value = _penalty_of(model, weight=2.0, off_diagonal=off_diagonal)
    np.testing.assert_allclose(value, reference(start), rtol=1e-5)
    gradient = tape.gradient(value, kernel.value).numpy().ravel()
    np.testing.assert_allclose(gradient, finite_differences(reference, start), rtol=1e-4, atol=1e-6)


def test_orthogonal_columns_cost_nothing():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, use_bias=False)])
    model.layers[0].kernel.assign(np.diag([1.0, 2.0, 0.0, 5.0]))
    assert _penalty_of(model) == 0.0
    model.layers[0].kernel.assign(np.eye(4))
    assert _penalty_of(model, off_diagonal=False) == 0.0


def test_of_the_generator(convolutional):
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(3)])
    latents, real = np.ones((2, 3)), np.ones((2, 6, 6, 2))
    step = generator_step(generator, convolutional, real=real, latents=latents)
    kernels = [np.float64(layer.kernel.numpy()) for layer in generator.layers]
    expected = sum(_orthogonal(kernel, True) for kernel in kernels)
    for networks, on_generator in (("generator", True), ("both", True), ("discriminator", False)):
        penalty = Orthogonal(weight=1.0, networks=networks)
        np.testing.assert_allclose(penalty.generator_penalty(step), expected if on_generator else 0.0, rtol=1e-5)
        assert (penalty.discriminator_penalty(step) == 0.0) == (networks == "generator")


def test_names_the_network_that_it_needs():
    step = discriminator_step(lambda samples, training: samples, real=np.ones((2, 1)), fake=np.ones((2, 1)))
    with pytest.raises(ganreg.AssemblyError, match="discriminator that is a Keras model"):
        Orthogonal().discriminator_penalty(step)


@pytest.mark.parametrize("wrong", [{"weight": -1.0}, {"networks": "all"}], ids=str)
def test_refuses(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Orthogonal(**wrong)
