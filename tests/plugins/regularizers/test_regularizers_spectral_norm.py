"""Spectral normalisation of whole networks, saved, in training and in half precision."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.kernels import kernels_of
from ganreg_regularizers.minibatch_discrimination import MinibatchDiscrimination
from ganreg_regularizers.spectral_norm import SpectralNorm

import ganreg

IMAGES = ganreg.DataSpec((8, 8, 1), value_range=(-1, 1))


def _inputs(count=4):
    samples = np.float32(np.random.default_rng(1).normal(size=(count, 6, 6, 2)))
    return [samples, np.arange(count, dtype=np.int32) % 3]


def _wrap(model, **options):
    return SpectralNorm(**options).wrap_discriminator(model, ganreg.DataSpec((6, 6, 2), num_classes=3))


def _power(kernel, u, iterations):
    for _ in range(iterations):
        v = kernel @ u / np.linalg.norm(kernel @ u)
        u = kernel.T @ v / np.linalg.norm(kernel.T @ v)
    return v, u


def test_keeps_what_the_network_was(mixed_discriminator):
    model = mixed_discriminator()
    before = [variable.numpy() for variable in model.trainable_variables]
    wrapped = _wrap(model)
    assert wrapped.name == "discriminator"
    assert [tensor.shape for tensor in wrapped.inputs] == [tensor.shape for tensor in model.inputs]
    for variable, old in zip(wrapped.trainable_variables, before, strict=True):
        np.testing.assert_array_equal(variable, old)


@pytest.mark.parametrize("minibatch_first", [False, True])
@pytest.mark.slow
def test_with_minibatch_discrimination_and_saved(minibatch_first, mixed_discriminator, tmp_path):
    data = ganreg.DataSpec((6, 6, 2), num_classes=3)
    wrappers = [SpectralNorm(), MinibatchDiscrimination()]
    model = mixed_discriminator()
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
    [
        ("graph", "alternating", "mlp:widths=[6]"),
        pytest.param("graph", "alternating", "dcgan:width=4", marks=pytest.mark.slow),
        pytest.param("xla", "simultaneous", "mlp:widths=[6]", marks=pytest.mark.slow),
    ],
    ids=["graph", "graph-images", "xla"],
)
@pytest.mark.slow
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
    gan.average_generator.save(tmp_path / "generator.keras")
    loaded = keras.models.load_model(tmp_path / "generator.keras")
    latents = np.ones((3, gan.assembly.generator.latent_dim), np.float32)
    np.testing.assert_allclose(loaded(latents), gan.average_generator(latents), rtol=1e-5, atol=1e-6)


@pytest.mark.slow
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


def test_what_it_declares(mixed_discriminator):
    assert SpectralNorm().bounds_slope
    assert SpectralNorm(networks="both").bounds_slope
    assert not SpectralNorm(networks="generator").bounds_slope
    assert SpectralNorm().power_iterations == 1
    model = mixed_discriminator()
    assert SpectralNorm().wrap_generator(model, IMAGES) is model
    assert SpectralNorm(networks="generator").wrap_discriminator(model, IMAGES) is model
    with pytest.raises(ValueError, match="networks"):
        SpectralNorm(networks="all")
    with pytest.raises(ValueError, match="power_iterations"):
        SpectralNorm(power_iterations=0)
    with pytest.raises(ganreg.AssemblyError, match="generator that is a functional Keras model"):
        SpectralNorm(networks="both").wrap_generator(keras.Sequential([keras.layers.Dense(1)]), IMAGES)
