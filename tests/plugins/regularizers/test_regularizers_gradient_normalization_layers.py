"""The layer of gradient normalisation against closed forms and finite differences in float64."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.gradient_normalization_layers import GradientNormalized

from ganreg.testing import discriminator_step


def _wrap(model):
    return keras.Model(model.input, GradientNormalized(model)(model.input), name=model.name)


def _dense(activation="tanh"):
    """D(x) = v·tanh(xW + b) + c in float64."""
    keras.utils.set_random_seed(5)
    samples = keras.Input((3,), dtype="float64")
    hidden = keras.layers.Dense(4, activation=activation, bias_initializer="normal", dtype="float64")(samples)
    logits = keras.layers.Dense(1, dtype="float64")(hidden)
    return keras.Model(samples, {"logits": logits, "features": (hidden,)}, name="discriminator")


def _reference(samples, weights):
    """f̂ of `_dense` for a flat vector of its weights."""
    matrix, bias, top, shift = np.split(weights, [12, 16, 20])
    hidden = np.tanh(samples @ matrix.reshape(3, 4) + bias)
    logit = hidden @ top + shift
    slope = ((1 - hidden**2) * top) @ matrix.reshape(3, 4).T
    return logit / (np.linalg.norm(slope, axis=1) + np.abs(logit))


def _gradient(tape, value, model):
    gradients = tape.gradient(value, [v.value for v in model.trainable_variables], unconnected_gradients="zero")
    return np.concatenate([np.ravel(gradient) for gradient in gradients])


@pytest.fixture(scope="module")
def case():
    """A discriminator, the same one wrapped, its weights, and samples."""
    model = _dense()
    weights = np.concatenate([variable.numpy().ravel() for variable in model.trainable_variables])
    return model, _wrap(model), weights, np.random.default_rng(1).normal(size=(5, 3))


def test_value_and_gradient_by_weights(case, finite_differences):
    model, wrapped, weights, samples = case
    mix = np.linspace(-1, 1, 5)
    with tf.GradientTape() as tape:
        outputs = wrapped(tf.constant(samples), training=True)
        value = tf.reduce_sum(outputs["logits"][:, 0] * mix)
    np.testing.assert_allclose(outputs["logits"][:, 0], _reference(samples, weights), rtol=1e-6)
    np.testing.assert_array_equal(outputs["features"][0], model(samples)["features"][0])
    expected = finite_differences(lambda flat: np.sum(_reference(samples, flat) * mix), weights)
    np.testing.assert_allclose(_gradient(tape, value, model), expected, rtol=1e-4, atol=1e-6)


def test_gradient_penalty_on_top(case, finite_differences):
    """‖∇f̂‖² by the weights, which differentiates the slope inside f̂ once more, and again by the weights."""
    model, wrapped, weights, samples = case

    def penalty(flat):
        slopes = [finite_differences(lambda x: _reference(x[None], flat)[0], x, 1e-5) for x in samples]
        return np.mean(np.sum(np.square(slopes), axis=1))

    with tf.GradientTape() as tape:
        step = discriminator_step(wrapped, real=tf.constant(samples), fake=tf.constant(samples))
        value = tf.reduce_mean(tf.reduce_sum(step.real_gradient**2, axis=1))
    np.testing.assert_allclose(value, penalty(weights), rtol=1e-6)
    expected = finite_differences(penalty, weights, 1e-4)
    np.testing.assert_allclose(_gradient(tape, value, model), expected, rtol=1e-3, atol=1e-5)


def _affine(slope, shift):
    samples = keras.Input((2,))
    layer = keras.layers.Dense(1)
    model = keras.Model(samples, {"logits": layer(samples), "features": (samples,)})
    layer.set_weights([np.full((2, 1), slope / np.sqrt(2), np.float32), np.array([shift], np.float32)])
    return model


@pytest.mark.parametrize("slope", [0.0, 1e-20, 3.0, 1e10])
@pytest.mark.parametrize("shift", [0.0, 80.0, -80.0, 1e10])
def test_extremes_are_finite_and_bounded(slope, shift):
    model = _affine(slope, shift)
    wrapped = _wrap(model)
    samples = tf.zeros((2, 2))
    with tf.GradientTape() as tape:
        logits = wrapped(samples, training=True)["logits"]
        value = tf.reduce_sum(logits)
    expected = shift / (slope + abs(shift)) if slope + abs(shift) else 0.0
    np.testing.assert_allclose(logits, np.full((2, 1), expected), rtol=1e-5)
    assert np.isfinite(_gradient(tape, value, model)).all()


@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
def test_slope_is_at_most_one(activation):
    """f̂ of a network that is linear in pieces has the slope ‖∇f‖²/(‖∇f‖ + |f|)², at most 1 (theorem 3)."""
    wrapped = _wrap(_dense(activation))
    samples = np.random.default_rng(0).normal(size=(200, 3))
    step = discriminator_step(wrapped, real=tf.constant(samples), fake=tf.constant(samples))
    assert np.linalg.norm(step.real_gradient, axis=1).max() <= 1 + 1e-6
    assert np.abs(step.real_logits).max() <= 1.0


def test_patches_average_to_the_normalized_mean():
    keras.utils.set_random_seed(2)
    samples, labels = keras.Input((4, 4, 2)), keras.Input((), dtype="int32")
    shift = keras.layers.Reshape((1, 1, 2))(keras.layers.Embedding(3, 2, embeddings_initializer="normal")(labels))
    hidden = keras.layers.Add()([samples, shift])
    logits = keras.layers.Conv2D(1, 2)(hidden)
    model = keras.Model([samples, labels], {"logits": logits, "features": (hidden,)})
    wrapped = _wrap(model)
    x, y = tf.random.stateless_normal((5, 4, 4, 2), [1, 2]), tf.constant([0, 1, 2, 0, 1])
    before, after = model([x, y])["logits"], wrapped([x, y])["logits"]
    kernel = np.float64(model.layers[-1].kernel.numpy())
    slope = np.zeros((4, 4, 2))
    for row in range(3):
        for column in range(3):
            slope[row : row + 2, column : column + 2] += kernel[..., 0] / 9
    mean = np.mean(before, axis=(1, 2, 3))
    size = np.linalg.norm(slope) + np.abs(mean)
    assert after.shape == before.shape
    np.testing.assert_allclose(after, before / size[:, None, None, None], rtol=1e-4, atol=1e-6)


def test_saves_and_loads(case, tmp_path):
    _, wrapped, _, samples = case
    wrapped.save(tmp_path / "discriminator.keras")
    loaded = keras.models.load_model(tmp_path / "discriminator.keras")
    np.testing.assert_array_equal(loaded(samples)["logits"], wrapped(samples)["logits"])
    assert wrapped.name == "discriminator"
