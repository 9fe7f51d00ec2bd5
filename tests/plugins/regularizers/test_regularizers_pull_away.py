"""The pulling-away term against a loop over pairs."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.pull_away import PullAway
from hypothesis import given
from hypothesis import strategies as st

import ganreg
from ganreg.testing import generator_step


def _penalty(features, **options):
    features = tf.convert_to_tensor(features)
    outputs = {"logits": tf.zeros((features.shape[0], 1)), "features": (tf.zeros((1, 1)), features)}
    step = generator_step(
        lambda z, training: z, lambda x, training: outputs, real=np.zeros((1, 1)), latents=np.zeros((1, 1))
    )
    return PullAway(**options).generator_penalty(step)


def _reference(features):
    flat = features.reshape(len(features), -1)
    total, count = 0.0, len(flat)
    for i in range(count):
        for j in range(count):
            if i != j:
                total += (flat[i] @ flat[j] / (np.linalg.norm(flat[i]) * np.linalg.norm(flat[j]))) ** 2
    return total / (count * (count - 1))


@pytest.mark.parametrize("shape", [(4,), (2, 3, 2)], ids=["vectors", "maps"])
def test_value_and_gradient(shape, finite_differences):
    features = np.random.default_rng(0).normal(size=(5, *shape))
    point = tf.constant(features)
    with tf.GradientTape() as tape:
        tape.watch(point)
        value = _penalty(point, weight=3.0)
    assert value.shape == ()
    np.testing.assert_allclose(value, 3.0 * _reference(features), rtol=1e-10)
    expected = finite_differences(lambda flat: 3.0 * _reference(flat.reshape(features.shape)), features.ravel())
    np.testing.assert_allclose(tf.reshape(tape.gradient(value, point), [-1]), expected, rtol=1e-5, atol=1e-8)


@given(st.integers(2, 6), st.floats(1e-3, 1e3))
def test_length_does_not_matter_and_equal_directions_cost_most(count, scale):
    features = np.random.default_rng(count).normal(size=(count, 3))
    np.testing.assert_allclose(_penalty(scale * features, weight=1.0), _penalty(features, weight=1.0), rtol=1e-9)
    np.testing.assert_allclose(_penalty(np.repeat(features[:1], count, axis=0), weight=1.0), 1.0, rtol=1e-9)


def test_orthogonal_features_cost_nothing():
    np.testing.assert_allclose(_penalty(np.eye(4)), 0.0, atol=1e-12)


@pytest.mark.parametrize("features", [np.zeros((3, 4)), np.ones((1, 4))], ids=["zero", "alone"])
def test_is_finite_without_a_direction_or_a_pair(features):
    point = tf.constant(features)
    with tf.GradientTape() as tape:
        tape.watch(point)
        value = _penalty(point)
    assert value == 0.0
    assert np.isfinite(tape.gradient(value, point)).all()


def test_half_precision_is_measured_in_float32():
    features = tf.cast(300 * np.random.default_rng(0).normal(size=(5, 4)), tf.float16)
    value = _penalty(features)
    assert value.dtype == tf.float32
    np.testing.assert_allclose(value, 0.1 * _reference(np.float64(features)), rtol=1e-5)


def test_a_discriminator_without_features_is_named():
    step = generator_step(lambda z, training: z, lambda x, training: x, real=np.zeros((1, 1)), latents=np.zeros((1, 1)))
    with pytest.raises(
        ganreg.AssemblyError, match="pull-away needs a discriminator that returns its hidden activations"
    ):
        PullAway().generator_penalty(step)


def test_refuses():
    with pytest.raises(ValueError, match="weight"):
        PullAway(weight=-1.0)
