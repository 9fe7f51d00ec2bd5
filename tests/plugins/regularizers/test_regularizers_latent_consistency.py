"""Latent consistency of both players against numpy."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.latent_consistency import LatentConsistency

from ganreg.testing import discriminator_step, generator_step

RNG = np.random.default_rng(0)
LATENTS, MATRIX, TOP = RNG.normal(size=(5, 3)), RNG.normal(size=(3, 4)), RNG.normal(size=(4, 1))
REAL = np.zeros((5, 4))


def _generator(scale=1.0):
    return lambda z, training: tf.tanh(scale * (tf.cast(z, tf.float64) @ MATRIX))


def _samples(latents, scale=1.0):
    return np.tanh(scale * (latents @ MATRIX))


def _critic(top):
    return lambda x, training: tf.tanh(x @ top) * 3


def _moved(deviation):
    step = discriminator_step(_critic(TOP), real=REAL, fake=REAL)
    return LATENTS + deviation * step.normal((5, 3)).numpy()


def test_value_and_gradient_of_the_discriminators(finite_differences):
    moved = _moved(0.2)

    def reference(top):
        before, after = (3 * np.tanh(_samples(z) @ top) for z in (LATENTS, moved))
        return 2.0 * 5.0 * np.mean((before - after) ** 2)

    top = tf.Variable(TOP)
    with tf.GradientTape() as tape:
        step = discriminator_step(
            _critic(top),
            real=REAL,
            fake=tf.constant(_samples(LATENTS)),
            latents=tf.constant(LATENTS),
            generator=_generator(),
        )
        value = tf.reduce_mean(LatentConsistency(weight=2.0, standard_deviation=0.2).discriminator_penalty(step))
    np.testing.assert_allclose(value, reference(TOP[:, 0]), rtol=1e-4)
    expected = finite_differences(reference, TOP[:, 0])
    np.testing.assert_allclose(tape.gradient(value, top)[:, 0], expected, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("distance", ["sum", "mean"])
def test_value_and_gradient_of_the_generators(distance, finite_differences):
    def reference(scale):
        step = generator_step(_generator(), _critic(TOP), real=REAL, latents=LATENTS)
        moved = LATENTS + 0.2 * step.normal((5, 3)).numpy()
        squares = (_samples(LATENTS, scale[0]) - _samples(moved, scale[0])) ** 2
        return -2.0 * 0.5 * (np.mean(squares.sum(axis=1)) if distance == "sum" else np.mean(squares))

    scale = tf.Variable(0.7, dtype=tf.float64)
    with tf.GradientTape() as tape:
        step = generator_step(_generator(scale), _critic(TOP), real=REAL, latents=tf.constant(LATENTS))
        component = LatentConsistency(weight=2.0, standard_deviation=0.2, distance=distance)
        value = tf.reduce_mean(component.generator_penalty(step))
    assert value < 0
    np.testing.assert_allclose(value, reference([0.7]), rtol=1e-5)
    np.testing.assert_allclose(
        tape.gradient(value, scale), finite_differences(reference, np.array([0.7]))[0], rtol=1e-4
    )


def test_a_generator_that_ignores_its_latents_costs_nothing():
    step = generator_step(lambda z, training: tf.ones((5, 4)), lambda x, training: x, real=REAL, latents=LATENTS)
    np.testing.assert_array_equal(LatentConsistency().generator_penalty(step), np.zeros(5))


def test_the_papers_weights():
    component = LatentConsistency()
    assert (component.discriminator_weight, component.generator_weight) == (5.0, 0.5)


@pytest.mark.parametrize("options", [{"standard_deviation": 0.0}, {"weight": -1.0}, {"distance": "max"}], ids=str)
def test_refuses(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        LatentConsistency(**options)
