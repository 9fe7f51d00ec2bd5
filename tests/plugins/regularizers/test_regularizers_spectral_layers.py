"""The layer of spectral normalisation against numpy's singular values and a float64 power method."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.kernels import kernels_of
from ganreg_regularizers.spectral_layers import SpectrallyNormalized

import ganreg


def _wrap(model, **options):
    return keras.Model(model.input, SpectrallyNormalized(model, name="spectral_norm", **options)(model.input))


def _inputs(count=4):
    samples = np.float32(np.random.default_rng(1).normal(size=(count, 6, 6, 2)))
    return [samples, np.arange(count, dtype=np.int32) % 3]


def _linear(kernel, **options):
    """A wrapped D(x) = x·W, with its u."""
    samples = keras.Input((kernel.shape[0],))
    dense = keras.layers.Dense(kernel.shape[1], use_bias=False, dtype="float64")
    model = keras.Model(samples, dense(samples))
    dense.kernel.assign(kernel)
    wrapped = _wrap(model, **options)
    return wrapped, dense.kernel, wrapped.get_layer("spectral_norm").non_trainable_weights[0]


def _power(kernel, u, iterations):
    for _ in range(iterations):
        v = kernel @ u / np.linalg.norm(kernel @ u)
        u = kernel.T @ v / np.linalg.norm(kernel.T @ v)
    return v, u


@pytest.fixture(scope="module")
def gap():
    """A kernel whose two greatest singular values are close, so that one iteration is far from enough."""
    rng = np.random.default_rng(2)
    left, right = (np.linalg.qr(rng.normal(size=(size, size)))[0] for size in (5, 4))
    return left[:, :4] @ np.diag([3.0, 2.9, 1.0, 0.1]) @ right


@pytest.mark.parametrize("iterations", [1, 3])
def test_power_method_and_gradient(gap, iterations, finite_differences):
    wrapped, kernel, vector = _linear(gap, power_iterations=iterations)
    start = np.ones(4) / 2
    vector.assign(start)
    samples, mix = np.random.default_rng(0).normal(size=(2, 3, 5))
    v, u = _power(gap, np.float64(np.float32(start)), iterations)

    def reference(weights):
        matrix = weights.reshape(5, 4)
        return np.sum(np.sin(samples @ matrix / (v @ matrix @ u)) * mix[:, :4])

    with tf.GradientTape() as tape:
        value = tf.reduce_sum(tf.sin(wrapped(tf.constant(samples), training=True)) * mix[:, :4])
    np.testing.assert_allclose(value, reference(gap.ravel()), rtol=1e-5)
    gradient = tape.gradient(value, kernel.value).numpy().ravel()
    np.testing.assert_allclose(gradient, finite_differences(reference, gap.ravel()), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(vector, u, rtol=1e-5)
    np.testing.assert_array_equal(kernel, gap)


def test_second_order_gradient(finite_differences):
    """The gradient by the weights of a penalty of the gradient by the input, with u and v held."""
    rng = np.random.default_rng(3)
    start = rng.normal(size=(3, 2))
    wrapped, kernel, vector = _linear(start)
    v, u = _power(start, np.float64(vector.numpy()), 1)
    samples = rng.normal(size=(4, 3))

    def reference(weights):
        matrix = weights.reshape(3, 2) / (v @ weights.reshape(3, 2) @ u)
        slope = (1 - np.tanh(samples @ matrix) ** 2) @ matrix.T
        return np.mean(np.sum(slope**2, axis=1))

    with tf.GradientTape() as outer:
        x = tf.constant(samples)
        with tf.GradientTape() as inner:
            inner.watch(x)
            total = tf.reduce_sum(tf.tanh(wrapped(x, training=True)))
        value = tf.reduce_mean(tf.reduce_sum(inner.gradient(total, x) ** 2, axis=1))
    np.testing.assert_allclose(value, reference(start.ravel()), rtol=1e-5)
    gradient = outer.gradient(value, kernel.value).numpy().ravel()
    np.testing.assert_allclose(gradient, finite_differences(reference, start.ravel()), rtol=1e-4, atol=1e-5)


def test_every_kernel_has_norm_one(mixed_discriminator):
    """The outputs are those of the plain network with each kernel divided by its greatest singular value."""
    model, inputs = mixed_discriminator(), _inputs()
    wrapped = _wrap(model, power_iterations=50)
    mine = wrapped(inputs)
    kernels = kernels_of(model)
    assert len(kernels) == 7
    for kernel in kernels:
        norm = np.linalg.svd(kernel.matrix().numpy(), compute_uv=False)[0]
        kernel.variable.assign(kernel.variable / norm)
    theirs = model(inputs)
    assert keras.tree.map_structure(lambda x: x.shape, mine) == keras.tree.map_structure(lambda x: x.shape, theirs)
    for one, other in zip(keras.tree.flatten(mine), keras.tree.flatten(theirs), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)


def test_first_pass_is_nearly_right():
    wrapped, _, _ = _linear(np.random.default_rng(0).normal(size=(60, 40)))
    effective = wrapped(np.eye(60))
    assert 0.99 < np.linalg.svd(effective, compute_uv=False)[0] < 1.15


def test_evaluation_changes_nothing_and_training_only_what_it_should(mixed_discriminator):
    model, inputs = mixed_discriminator(), _inputs()
    wrapped = _wrap(model)
    before = [variable.numpy() for variable in wrapped.variables]
    first = wrapped(inputs, training=False)["logits"]
    np.testing.assert_array_equal(wrapped(inputs)["logits"], first)
    for variable, old in zip(wrapped.variables, before, strict=True):
        np.testing.assert_array_equal(variable, old)
    wrapped(inputs, training=True)
    moved = [not np.array_equal(variable, old) for variable, old in zip(wrapped.variables, before, strict=True)]
    trainable = {id(variable) for variable in wrapped.trainable_variables}
    assert not any(
        has_moved for has_moved, variable in zip(moved, wrapped.variables, strict=True) if id(variable) in trainable
    )
    names = {variable.name for variable, has_moved in zip(wrapped.variables, moved, strict=True) if has_moved}
    assert {"moving_mean", "moving_variance"} < names  # batch statistics are kept as without the wrapper
    assert any("seed" in name for name in names)
    assert any(name.startswith("u_") for name in names)


def test_a_kernel_of_zeros_can_grow():
    wrapped, kernel, _ = _linear(np.zeros((3, 2)))
    with tf.GradientTape() as tape:
        value = tf.reduce_sum(wrapped(np.ones((2, 3)), training=True))
    np.testing.assert_array_equal(value, 0.0)
    np.testing.assert_array_equal(tape.gradient(value, kernel.value), np.full((3, 2), 2.0))
    kernel.assign([[4.0, 0.0], [0.0, 3.0], [0.0, 0.0]])
    for _ in range(60):
        effective = wrapped(np.eye(3), training=True)
    np.testing.assert_allclose(effective, [[1.0, 0.0], [0.0, 0.75], [0.0, 0.0]], atol=1e-5)


class Gained(keras.layers.Layer):
    """x·(3W), whose gain of 3 is known."""

    kernel_gain = 3.0

    def build(self, input_shape):
        self.kernel = self.add_weight(name="kernel", shape=(input_shape[-1], 2))

    def call(self, inputs):
        return keras.ops.matmul(inputs, 3.0 * self.kernel)


def test_what_the_layer_computes_with_has_norm_one():
    samples = keras.Input((4,))
    model = keras.Model(samples, Gained()(samples))
    outputs = _wrap(model, power_iterations=30)(np.eye(4, dtype=np.float32), training=True)
    np.testing.assert_allclose(np.linalg.svd(outputs)[1][0], 1.0, rtol=1e-5)


@pytest.mark.parametrize("spec", ["style:minibatch_stddev=0", "style:minibatch_stddev=0,equalized=false"])
def test_an_equalised_network_is_not_silenced(spec):
    """Both initialisations give the same distribution of kernels, so that normalised slopes are of the same size.

    Dividing by the norm before the run-time factor made the input gradient 2e-10.
    """
    data = ganreg.DataSpec((16, 16, 1), value_range=(-1, 1))
    model = ganreg.create("discriminator", spec).build(data)
    wrapped = ganreg.create("regularizer", "spectral-norm").wrap_discriminator(model, data)
    images = tf.constant(np.random.default_rng(0).normal(size=(4, 16, 16, 1)), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(images)
        logits = wrapped(images, training=True)["logits"]
    assert 1e-3 < float(tf.norm(tape.gradient(logits, images))) < 10
