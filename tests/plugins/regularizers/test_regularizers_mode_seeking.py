"""Mode seeking against numpy."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.mode_seeking import ModeSeeking

from ganreg.testing import generator_step

RNG = np.random.default_rng(0)
LATENTS, MATRIX, SHIFTS = RNG.normal(size=(5, 3)), RNG.normal(size=(3, 4)), RNG.normal(size=(5, 4))
REAL = np.zeros((5, 4))


def _generator(scale):
    """By latents, and where there are any by labels."""

    def generate(inputs, training):
        latents, labels = inputs if isinstance(inputs, list) else (inputs, None)
        hidden = scale * (latents @ MATRIX)
        return tf.tanh(hidden if labels is None else hidden + tf.gather(tf.constant(SHIFTS), labels))

    return generate


def _reference(scale, labels, form):
    others = np.roll(LATENTS, 1, axis=0)
    shift = 0.0 if labels is None else SHIFTS[labels]
    samples, moved = (np.tanh(scale * (z @ MATRIX) + shift) for z in (LATENTS, others))
    ratio = np.abs(samples - moved).mean() / np.abs(LATENTS - others).mean()
    return 2.0 * (1 / (ratio + 1e-5) if form == "inverse" else -ratio)


@pytest.mark.parametrize("form", ["inverse", "negative"])
@pytest.mark.parametrize("labels", [None, np.array([0, 3, 1, 1, 4])], ids=["plain", "labels"])
def test_value_and_gradient(labels, form, finite_differences):
    scale = tf.Variable(0.7, dtype=tf.float64)
    with tf.GradientTape() as tape:
        step = generator_step(
            _generator(scale), lambda x, training: x, real=REAL, latents=tf.constant(LATENTS), labels=labels
        )
        value = ModeSeeking(weight=2.0, form=form).generator_penalty(step)
    np.testing.assert_allclose(value, _reference(0.7, labels, form), rtol=1e-6)
    slope = finite_differences(lambda point: _reference(point[0], labels, form), np.array([0.7]))
    np.testing.assert_allclose(tape.gradient(value, scale), slope[0], rtol=1e-5)


@pytest.mark.parametrize("form", ["inverse", "negative"])
@pytest.mark.parametrize("kind", ["collapsed", "alone"])
def test_is_finite_where_nothing_differs(kind, form):
    latents = tf.constant(LATENTS[:1] if kind == "alone" else LATENTS)
    scale = tf.Variable(0.0, dtype=tf.float64)
    with tf.GradientTape() as tape:
        step = generator_step(_generator(scale), lambda x, training: x, real=REAL, latents=latents)
        value = ModeSeeking(form=form).generator_penalty(step)
    np.testing.assert_allclose(value, 1e5 if form == "inverse" else 0.0, rtol=1e-6)
    assert np.isfinite(tape.gradient(value, scale))


@pytest.mark.parametrize("options", [{"weight": -1.0}, {"form": "log"}, {"epsilon": 0.0}], ids=str)
def test_refuses(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        ModeSeeking(**options)
