"""Spectral normalization against numpy's singular values and a float64 power method."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.kernels import kernels_of
from ganreg_regularizers.minibatch_discrimination import MinibatchDiscrimination
from ganreg_regularizers.spectral_norm import SpectralNorm

import ganreg

IMAGES = ganreg.DataSpec((8, 8, 1), value_range=(-1, 1))


def _model():
    """A discriminator with each kind of kernel, a layer that is called twice, and a model inside."""
    keras.utils.set_random_seed(4)
    samples, labels = keras.Input((6, 6, 2)), keras.Input((), dtype="int32")
    hidden = keras.layers.Conv2D(4, 3, activation="tanh")(samples)
    inner = keras.Sequential([keras.Input((4, 4, 4)), keras.layers.Conv2DTranspose(3, 2, activation="tanh")])
    hidden = keras.layers.DepthwiseConv2D(2)(inner(hidden))
    shallow = keras.layers.Flatten()(hidden)
    shared = keras.layers.Dense(5, activation="tanh")
    deep = shared(keras.layers.Dense(5)(shallow))
    deep = keras.layers.Dropout(0.5)(keras.layers.BatchNormalization()(shared(deep)))
    deep = keras.layers.Add()([deep, keras.layers.Embedding(3, 5)(labels)])
    outputs = {"logits": keras.layers.Dense(1)(deep), "features": (shallow, deep)}
    return keras.Model([samples, labels], outputs, name="discriminator")


def _inputs(count=4):
    samples = np.float32(np.random.default_rng(1).normal(size=(count, 6, 6, 2)))
    return [samples, np.arange(count, dtype=np.int32) % 3]


def _wrap(model, **options):
    return SpectralNorm(**options).wrap_discriminator(model, ganreg.DataSpec((6, 6, 2), num_classes=3))


def _linear(kernel, **options):
    """A wrapped D(x) = x·W, with its u."""
    model = keras.Sequential(
        [keras.Input((kernel.shape[0],)), keras.layers.Dense(kernel.shape[1], use_bias=False, dtype="float64")]
    )
    model.layers[0].kernel.assign(kernel)
    wrapped = _wrap(model, **options)
    return wrapped, model.layers[0].kernel, wrapped.get_layer("spectral_norm").non_trainable_weights[0]


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


def test_every_kernel_has_norm_one():
    """The outputs are those of the plain network with each kernel divided by its greatest singular value."""
    model, inputs = _model(), _inputs()
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


def test_first_pass_is_nearly_right(gap):
    wrapped, _, _ = _linear(np.random.default_rng(0).normal(size=(60, 40)))
    effective = wrapped(np.eye(60))
    assert 0.99 < np.linalg.svd(effective, compute_uv=False)[0] < 1.15


def test_evaluation_changes_nothing_and_training_only_what_it_should():
    model, inputs = _model(), _inputs()
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


def test_keeps_what_the_network_was():
    model = _model()
    before = [variable.numpy() for variable in model.trainable_variables]
    wrapped = _wrap(model)
    assert wrapped.name == "discriminator"
    assert [tensor.shape for tensor in wrapped.inputs] == [tensor.shape for tensor in model.inputs]
    for variable, old in zip(wrapped.trainable_variables, before, strict=True):
        np.testing.assert_array_equal(variable, old)


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


@pytest.mark.parametrize("minibatch_first", [False, True])
def test_beside_minibatch_discrimination_and_saved(minibatch_first, tmp_path):
    data = ganreg.DataSpec((6, 6, 2), num_classes=3)
    wrappers = [SpectralNorm(), MinibatchDiscrimination()]
    model = _model()
    for wrapper in reversed(wrappers) if minibatch_first else wrappers:
        model = wrapper.wrap_discriminator(model, data)
    assert isinstance(model(_inputs())["features"], tuple)
    model.save(tmp_path / "discriminator.keras")
    loaded = keras.models.load_model(tmp_path / "discriminator.keras")
    assert len(loaded.variables) == len(model.variables)
    mine, theirs = loaded(_inputs()), model(_inputs())
    for one, other in zip(keras.tree.flatten(mine), keras.tree.flatten(theirs), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("execution", "schedule", "network"),
    [("graph", "alternating", "dcgan:width=4"), ("xla", "simultaneous", "mlp:widths=[6]")],
    ids=["graph", "xla"],
)
def test_trains_and_exports(execution, schedule, network, tmp_path):
    gan = ganreg.assemble(
        generator=network,
        discriminator=network,
        loss="wasserstein",
        regularizers=["spectral-norm:networks=both", "r1", "minibatch-discrimination", "instance-noise"],
        data=IMAGES,
        schedule=schedule,
        batch_size=4,
    )
    vectors = [
        variable
        for model in (gan.generator, gan.discriminator)
        for variable in model.non_trainable_variables
        if variable.name.startswith("u_") and variable.shape[0] > 1
    ]
    before = [variable.numpy() for variable in vectors]
    images = np.float32(np.random.default_rng(0).uniform(-1, 1, (16, 8, 8, 1)))
    history = gan.fit(images, verbose=0, steps=3, execution=execution, updates_per_call=3).history
    assert np.isfinite([values[-1] for values in history.values()]).all()
    for variable, old in zip(vectors, before, strict=True):
        assert not np.array_equal(variable, old), variable.path
    gan.save(tmp_path / "generator.keras")
    loaded = keras.models.load_model(tmp_path / "generator.keras")
    latents = np.ones((3, gan.assembly.generator.latent_dim), np.float32)
    np.testing.assert_allclose(loaded(latents), gan.average_generator(latents), rtol=1e-5, atol=1e-6)


def test_half_precision_computes_with_norms_of_full_precision():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = keras.Sequential([keras.Input((30,)), keras.layers.Dense(20, use_bias=False)])
        wrapped = _wrap(model)
    finally:
        keras.config.set_dtype_policy(before)
    layer = wrapped.get_layer("spectral_norm")
    assert {variable.dtype for variable in wrapped.variables} == {"float32"}
    assert wrapped(np.ones((2, 30), np.float32), training=True).dtype == tf.bfloat16
    (kernel,) = kernels_of(layer.model)
    _, u = _power(np.float64(kernel.variable.numpy()), np.ones(20), 200)
    for _ in range(200):
        wrapped(np.ones((2, 30), np.float32), training=True)
    np.testing.assert_allclose(np.abs(layer.non_trainable_weights[0] @ u), 1.0, atol=1e-5)


def test_what_it_declares():
    assert SpectralNorm().bounds_slope
    assert SpectralNorm(networks="both").bounds_slope
    assert not SpectralNorm(networks="generator").bounds_slope
    assert SpectralNorm().power_iterations == 1
    model = _model()
    assert SpectralNorm().wrap_generator(model, IMAGES) is model
    assert SpectralNorm(networks="generator").wrap_discriminator(model, IMAGES) is model
    with pytest.raises(ValueError, match="networks"):
        SpectralNorm(networks="all")
    with pytest.raises(ValueError, match="power_iterations"):
        SpectralNorm(power_iterations=0)
    with pytest.raises(ganreg.AssemblyError, match="generator that is a functional Keras model"):
        SpectralNorm(networks="both").wrap_generator(keras.Sequential([keras.layers.Dense(1)]), IMAGES)
