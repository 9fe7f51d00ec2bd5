"""Instance noise: how much, of which distribution, when it ends, and who sees it."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.instance_noise import InstanceNoise
from scipy import stats

from ganreg.testing import discriminator_step, generator_step

SHAPE = (64, 8, 8, 3)


def _seen(noise, **options):
    """What the discriminator sees of zeros: real and generated samples."""
    seen = []

    def discriminator(samples, training):
        seen.append(samples.numpy())
        return tf.reduce_sum(samples, axis=(1, 2, 3))[:, None]

    step = discriminator_step(discriminator, real=np.zeros(SHAPE), fake=np.zeros(SHAPE), inputs=[noise], **options)
    assert step.real_output.logits.shape == step.fake_output.logits.shape == (64, 1)
    return seen


def test_is_normal_with_the_given_deviation():
    real, fake = _seen(InstanceNoise(standard_deviation=0.25))
    for noise in (real, fake):
        assert stats.kstest(noise.ravel() / 0.25, "norm").pvalue > 1e-3
        np.testing.assert_allclose(noise.std(), 0.25, rtol=0.03)
    assert abs(np.corrcoef(real.ravel(), fake.ravel())[0, 1]) < 0.05
    assert len(np.unique(real)) > 0.99 * real.size  # a number for each value, none shared


@pytest.mark.parametrize(("iteration", "left"), [(0, 1.0), (50, 0.5), (75, 0.25), (100, 0.0), (5000, 0.0)])
def test_anneals_linearly_to_nothing(iteration, left):
    real, _ = _seen(InstanceNoise(standard_deviation=0.4, anneal_steps=100), iteration=iteration)
    np.testing.assert_allclose(real.std(), 0.4 * left, rtol=0.03)


def test_stays_unless_annealed():
    real, _ = _seen(InstanceNoise(standard_deviation=0.4), iteration=1_000_000)
    np.testing.assert_allclose(real.std(), 0.4, rtol=0.03)


def test_repeats_by_seed_and_iteration_alone():
    noise = InstanceNoise()
    first, again = _seen(noise, seed=3, iteration=9), _seen(noise, seed=3, iteration=9)
    np.testing.assert_array_equal(first, again)
    for other in ({"seed": 4, "iteration": 9}, {"seed": 3, "iteration": 10}):
        assert not np.allclose(first, _seen(noise, **other))


def test_is_added_to_the_samples_and_passes_their_gradient():
    samples = tf.random.stateless_normal((4, 2), [1, 2])
    step = discriminator_step(lambda x, training: x, real=samples, fake=samples)
    with tf.GradientTape() as tape:
        tape.watch(samples)
        noisy = InstanceNoise(standard_deviation=0.001).discriminator_input(samples, step)
    assert 0.0 < np.abs(noisy - samples).max() < 0.01
    np.testing.assert_array_equal(tape.gradient(noisy, samples), np.ones((4, 2)))


def test_keeps_the_type_of_the_samples():
    step = discriminator_step(lambda x, training: x, real=np.zeros((4, 2)), fake=np.zeros((4, 2)))
    assert InstanceNoise().discriminator_input(tf.zeros((4, 2), tf.float16), step).dtype == tf.float16


def test_generator_update_sees_noise_too():
    step = generator_step(
        lambda latents, training: latents * 0.0,
        lambda samples, training: samples,
        real=np.zeros((64, 2)),
        latents=np.ones((64, 2)),
        inputs=[InstanceNoise(standard_deviation=1.0)],
    )
    np.testing.assert_allclose(np.std(step.fake_output.logits), 1.0, rtol=0.2)
    np.testing.assert_array_equal(step.fake, np.zeros((64, 2)))


@pytest.mark.parametrize("options", [{"standard_deviation": -0.1}, {"anneal_steps": -1}], ids=str)
def test_refuses(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        InstanceNoise(**options)
