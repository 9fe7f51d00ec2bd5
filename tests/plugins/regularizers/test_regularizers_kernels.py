"""Kernels of all layouts as matrices, against index arithmetic."""

import keras
import numpy as np
import tensorflow as tf
from ganreg_regularizers.kernels import kernels_of


def test_kernels_as_matrices(convolutional, kernel_matrices):
    kernels, expected = kernels_of(convolutional), kernel_matrices(convolutional)
    assert len(kernels) == len(expected) == 4
    by_variable = {id(variable): index for index, variable in enumerate(convolutional.trainable_variables)}
    for kernel, matrix in zip(sorted(kernels, key=lambda k: by_variable[id(k.variable)]), expected, strict=True):
        assert kernel.outputs == matrix.shape[1]
        np.testing.assert_allclose(kernel.matrix(), matrix)


def test_layers_inside_layers_are_found_once(mixed_discriminator):
    """Keras has no public list of nested layers; this one stands on a private method, which must still work."""
    model = mixed_discriminator()
    kernels = kernels_of(model)
    many_axes = [variable for variable in model.trainable_variables if len(variable.shape) > 1]
    assert sorted(id(kernel.variable) for kernel in kernels) == sorted(map(id, many_axes))
    owners = [kernel.layer for kernel in kernels]
    assert not any(isinstance(owner, keras.Model) for owner in owners)


def test_matrix_is_differentiable_by_the_variable(convolutional):
    for kernel in kernels_of(convolutional):
        with tf.GradientTape() as tape:
            total = tf.reduce_sum(tf.square(kernel.matrix()))
        np.testing.assert_allclose(tape.gradient(total, kernel.variable.value), 2 * kernel.variable.numpy(), rtol=1e-6)
