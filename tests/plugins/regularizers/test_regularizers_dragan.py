"""DRAGAN against closed forms and float64 numpy."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.dragan import Dragan
from hypothesis import given, settings
from hypothesis import strategies as st

from ganreg.testing import discriminator_step

LENGTHS = st.floats(0.0, 20.0)


@given(length=LENGTHS, weight=LENGTHS)
@settings(max_examples=25, deadline=None)
def test_linear_discriminator(linear, length, weight):
    critic = linear(tf.constant([0.6 * length, 0.0, -0.8 * length], tf.float32))
    rng = np.random.default_rng(0)
    step = discriminator_step(critic, real=rng.normal(size=(4, 3)), fake=rng.normal(size=(4, 3)))
    value = Dragan(weight=weight).discriminator_penalty(step)
    np.testing.assert_allclose(value, weight * (length - 1) ** 2, rtol=1e-4, atol=1e-4)


def _points(penalty, network, real, fake, seed):
    """Where the penalty looks; a step of the same seed and iteration repeats the numbers that it draws."""
    step = discriminator_step(network, real=real, fake=fake, seed=seed)
    draw = step.uniform if penalty.noise == "uniform" else step.normal
    shift = penalty.scale * real.std() * np.float64(draw(real.shape))
    ones = [1 for _ in network.shape]
    return real + shift * (np.float64(step.uniform((len(real), *ones))) if penalty.along_line else 1)


@pytest.mark.parametrize(
    "penalty",
    [Dragan(), Dragan(weight=3.0, scale=2.0, noise="normal"), Dragan(along_line=True)],
    ids=["default", "normal", "along-line"],
)
def test_value_and_gradient_by_weights(penalty, network, batches, finite_differences):
    real, fake = batches
    points = _points(penalty, network, real, fake, seed=5)

    def reference(weights):
        lengths = np.linalg.norm(network.input_gradient(points, weights), axis=1)
        return penalty.weight * np.mean((lengths - 1) ** 2)

    with tf.GradientTape() as tape:
        step = discriminator_step(network, real=tf.constant(real), fake=tf.constant(fake), seed=5)
        value = penalty.discriminator_penalty(step)
    np.testing.assert_allclose(value, reference(network.weights), rtol=1e-10)
    assert value > 0
    np.testing.assert_allclose(
        tape.gradient(value, network.variable), finite_differences(reference, network.weights), rtol=1e-5, atol=1e-6
    )


def test_looks_near_real_samples():
    seen = []

    def discriminator(samples, training):
        seen.append(samples.numpy())
        return tf.reduce_sum(samples, axis=(1, 2, 3))[:, None]

    real = np.float32(np.random.default_rng(0).normal(size=(64, 4, 4, 1)))
    fake = np.full_like(real, 1e3)
    Dragan().discriminator_penalty(discriminator_step(discriminator, real=real, fake=fake))
    shift = (seen[0] - real) / (0.5 * real.std())
    assert shift.min() > -1e-5
    assert shift.max() < 1.0 + 1e-5
    assert abs(shift.mean() - 0.5) < 0.05
    assert abs(shift.std() - np.sqrt(1 / 12)) < 0.02
    seen.clear()
    Dragan(along_line=True).discriminator_penalty(discriminator_step(discriminator, real=real, fake=fake))
    assert abs(((seen[-1] - real) / (0.5 * real.std())).mean() - 0.25) < 0.05


@pytest.mark.parametrize("scale", [0.0, 1e-20, 1e8])
def test_flat_and_steep_discriminators_are_finite(scale, linear):
    weights = tf.Variable([0.6 * scale, 0.8 * scale], dtype=tf.float32)
    with tf.GradientTape() as tape:
        step = discriminator_step(linear(weights), real=np.ones((3, 2)), fake=np.zeros((3, 2)))
        value = Dragan(weight=1.0).discriminator_penalty(step)
    gradient = tape.gradient(value, weights)
    assert value.dtype == tf.float32
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()
    np.testing.assert_allclose(value, (scale - 1) ** 2, rtol=1e-5, atol=1e-12)
    if scale == 0:
        np.testing.assert_array_equal(gradient, [0.0, 0.0])


def test_packs_are_measured_whole():
    """A discriminator that classifies two samples jointly has the slope of both together."""

    def packs(samples, training):
        return tf.reduce_sum(tf.reshape(samples, (-1, 4)) * [3.0, 0.0, 0.0, 4.0], axis=1, keepdims=True)

    step = discriminator_step(packs, real=np.ones((6, 2)), fake=np.zeros((6, 2)))
    np.testing.assert_allclose(Dragan(weight=1.0).discriminator_penalty(step), (5.0 - 1) ** 2, rtol=1e-6)


def test_what_it_declares():
    assert Dragan().weight == 10.0
    assert Dragan.bounds_slope
    assert Dragan.needs_independent_samples
    with pytest.raises(ValueError, match="weight"):
        Dragan(weight=-1.0)


def test_refuses_unknown_noise():
    with pytest.raises(ValueError, match="noise"):
        Dragan(noise="gaussian")
    with pytest.raises(ValueError, match="scale"):
        Dragan(scale=-0.1)
