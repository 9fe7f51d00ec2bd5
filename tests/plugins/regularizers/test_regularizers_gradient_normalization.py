"""Gradient normalisation of a whole discriminator, in training and in half precision."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.gradient_normalization import GradientNormalization

import ganreg

POINTS = ganreg.DataSpec((3,))
IMAGES = ganreg.DataSpec((8, 8, 1), value_range=(-1, 1))


def _wrap(model):
    return GradientNormalization().wrap_discriminator(model, POINTS)


def _affine(slope, shift):
    samples = keras.Input((2,))
    layer = keras.layers.Dense(1)
    model = keras.Model(samples, {"logits": layer(samples), "features": (samples,)})
    layer.set_weights([np.full((2, 1), slope / np.sqrt(2), np.float32), np.array([shift], np.float32)])
    return model


@pytest.mark.parametrize(
    ("execution", "network", "others"),
    [
        ("graph", "mlp:widths=[6],activation=tanh", ["r1"]),
        pytest.param("graph", "dcgan:width=4", ["r1", "instance-noise", "spectral-norm"], marks=pytest.mark.slow),
        pytest.param("xla", "mlp:widths=[6],activation=tanh", ["spectral-norm", "wgan-lp"], marks=pytest.mark.slow),
    ],
    ids=["graph", "graph-images", "xla"],
)
def test_trains(execution, network, others):
    gan = ganreg.assemble(
        generator=network,
        discriminator=network,
        loss="hinge",
        regularizers=["gradient-normalization", *others],
        data=IMAGES,
        batch_size=4,
    )
    before = [variable.numpy() for variable in gan.discriminator.trainable_variables]
    images = np.float32(np.random.default_rng(0).uniform(-1, 1, (16, 8, 8, 1)))
    history = gan.fit(images, verbose=0, steps=3, execution=execution).history
    assert np.isfinite([values[-1] for values in history.values()]).all()
    for variable, old in zip(gan.discriminator.trainable_variables, before, strict=True):
        assert np.isfinite(variable.numpy()).all()
        assert variable.name == "bias" or not np.array_equal(variable, old), variable.path


def test_half_precision_gives_logits_of_full_precision():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = _affine(3.0, 80.0)
        wrapped = _wrap(model)
    finally:
        keras.config.set_dtype_policy(before)
    logits = wrapped(np.zeros((2, 2), np.float32), training=True)["logits"]
    assert logits.dtype == tf.float32
    assert wrapped.output["logits"].dtype == "float32"
    np.testing.assert_allclose(logits, np.full((2, 1), 80 / 83), rtol=1e-3)


def test_what_it_declares():
    assert GradientNormalization.bounds_slope
    assert GradientNormalization.needs_independent_samples
    with pytest.raises(ganreg.AssemblyError, match="functional Keras model"):
        _wrap(keras.Sequential([keras.layers.Dense(1)]))


@pytest.mark.parametrize(("slope", "shift"), [(3.0, 2.0), (0.5, -8.0)])
def test_of_an_affine_discriminator(slope, shift):
    """f(x) = w·x + b with ‖w‖ = slope, at x = 0."""
    wrapped = _wrap(_affine(slope, shift))
    outputs = wrapped(np.zeros((2, 2), np.float32))
    np.testing.assert_allclose(outputs["logits"], np.full((2, 1), shift / (slope + abs(shift))), rtol=1e-6)
    np.testing.assert_array_equal(outputs["features"][0], np.zeros((2, 2)))
