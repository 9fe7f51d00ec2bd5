"""The discriminator's cross entropy against 90-digit decimals, and its flipped labels."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_losses.cross_entropy import CrossEntropy
from hypothesis import given, settings
from hypothesis import strategies as st

from ganreg.testing import discriminator_step

LOGITS = st.floats(-80, 80, width=32)


def _cross_entropy(log_probabilities, real, fake, smoothing):
    target = 1 - smoothing
    of_real, of_fake = log_probabilities(real), log_probabilities(fake)
    return -target * of_real[0] - (1 - target) * of_real[1] - of_fake[1]


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_discriminator_is_cross_entropy(smoothing, logits, log_probabilities):
    value = np.asarray(CrossEntropy(label_smoothing=smoothing).discriminator_loss(*logits))
    assert value.dtype == np.float32
    expected = [_cross_entropy(log_probabilities, real, fake, smoothing) for real, fake in zip(*logits, strict=True)]
    np.testing.assert_allclose(value, expected, rtol=2e-5)


def test_known_value_at_zero():
    zero = np.zeros(1, np.float32)
    np.testing.assert_allclose(CrossEntropy().discriminator_loss(zero, zero), [2 * np.log(2)], rtol=1e-6)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_slopes(smoothing, logits, slopes):
    real, fake = (np.float64(values) for values in logits)
    by_real, by_fake = slopes(CrossEntropy(label_smoothing=smoothing).discriminator_loss, *logits)
    np.testing.assert_allclose(by_real, smoothing - 1 / (1 + np.exp(real)), rtol=2e-5, atol=1e-7)
    np.testing.assert_allclose(by_fake, 1 / (1 + np.exp(-fake)), rtol=2e-5)


def test_the_smoothed_loss_is_least_at_its_target(slopes):
    target = np.float32([np.log(0.9 / 0.1)])  # the logit of probability 0.9
    by_real, _ = slopes(CrossEntropy(label_smoothing=0.1).discriminator_loss, target, target)
    np.testing.assert_allclose(by_real, [0.0], atol=1e-7)


def test_smoothing_is_one_sided(slopes):
    logits = np.float32([0.3]), np.float32([-0.7])
    _, smoothed = slopes(CrossEntropy(label_smoothing=0.2).discriminator_loss, *logits)
    _, plain = slopes(CrossEntropy().discriminator_loss, *logits)
    np.testing.assert_array_equal(smoothed, plain)


@given(real=LOGITS, fake=LOGITS, smoothing=st.floats(0, 0.49))
@settings(max_examples=60, deadline=None)
def test_is_symmetric_in_the_two_classes_up_to_the_smoothing(real, fake, smoothing):
    """Swapping the classes of unsmoothed logits negates them; smoothing adds its share of the real logit."""
    real, fake = np.float32([real]), np.float32([fake])
    swapped = CrossEntropy().discriminator_loss(-fake, -real)
    smoothed = CrossEntropy(label_smoothing=smoothing).discriminator_loss(real, fake)
    np.testing.assert_allclose(smoothed, swapped + smoothing * real, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("smoothing", [-0.1, 0.5, 1.0])
def test_refuses_a_smoothing_out_of_range(smoothing):
    with pytest.raises(ValueError, match="label_smoothing"):
        CrossEntropy(label_smoothing=smoothing)


def linear_step(real, fake, **options):
    """A step whose samples are their own logits."""
    return discriminator_step(
        lambda samples, training: {"logits": samples, "features": ()},
        real=tf.reshape(tf.cast(real, tf.float32), (-1, 1)),
        fake=tf.reshape(tf.cast(fake, tf.float32), (-1, 1)),
        **options,
    )


class TestFlippedLabels:
    def test_none_by_default(self, logits):
        loss = CrossEntropy(label_smoothing=0.1)
        objective = loss.discriminator_objective(linear_step(*logits))
        np.testing.assert_array_equal(objective, loss.discriminator_loss(*logits))

    @pytest.mark.parametrize("smoothing", [0.0, 0.1])
    def test_a_flipped_sample_gets_the_other_classes_target(self, smoothing, log_probabilities):
        """Each value is one of the four that the two flips can make, and each of them occurs."""
        loss = CrossEntropy(label_smoothing=smoothing, flip_rate=0.4)
        real, fake = np.float32(np.linspace(-3, 3, 400)), np.float32(np.linspace(2, -5, 400))
        value = np.asarray(loss.discriminator_objective(linear_step(real, fake)))
        as_real, as_fake = (
            [_target_entropy(log_probabilities(logit), target) for logit in real] for target in (1 - smoothing, 0.0)
        )
        fake_as_real, fake_as_fake = (
            [_target_entropy(log_probabilities(logit), target) for logit in fake] for target in (1 - smoothing, 0.0)
        )
        possible = np.array(
            [np.add(one, other) for one in (as_real, as_fake) for other in (fake_as_fake, fake_as_real)]
        )
        distances = np.abs(possible - value)
        np.testing.assert_allclose(distances.min(axis=0), 0.0, atol=1e-5)
        counts = np.bincount(distances.argmin(axis=0), minlength=4)
        expected = 400 * np.array([0.36, 0.24, 0.24, 0.16])
        assert np.abs(counts - expected).max() < 5 * np.sqrt(400 * 0.25)

    def test_all_patches_of_a_sample_are_flipped_together(self):
        """A real patch at 5 costs next to nothing, or 5 if its label is flipped."""
        samples = np.full((400, 2, 2, 1), 5.0, np.float32)
        step = discriminator_step(lambda samples, training: samples, real=samples, fake=-20 * samples)
        flipped = np.reshape(CrossEntropy(flip_rate=0.3).discriminator_objective(step), (400, 4)) % 50 > 2
        assert (flipped == flipped[:, :1]).all()
        assert abs(flipped[:, 0].sum() - 120) < 5 * np.sqrt(400 * 0.3 * 0.7)

    def test_the_share_is_drawn_anew_in_each_update(self):
        loss = CrossEntropy(flip_rate=0.05)
        real, fake = np.full(20_000, 5.0), np.full(20_000, -5.0)
        flips = []
        for iteration in (0, 1):
            value = np.asarray(loss.discriminator_objective(linear_step(real, fake, iteration=iteration)))
            flips.append(np.round((value - value.min()) / 5.0))
            # 40,000 labels: a standard deviation of 44
            assert abs(flips[-1].sum() - 2000) < 5 * 44
        assert not np.array_equal(*flips)

    def test_the_loss_of_given_logits_flips_nothing(self, logits):
        flipping, plain = CrossEntropy(flip_rate=0.4), CrossEntropy()
        np.testing.assert_array_equal(flipping.discriminator_loss(*logits), plain.discriminator_loss(*logits))

    def test_gradients_stay_finite(self, logits):
        real, fake = (tf.constant(values) for values in logits)
        with tf.GradientTape() as tape:
            tape.watch([real, fake])
            objective = CrossEntropy(flip_rate=0.3).discriminator_objective(linear_step(real, fake))
        for gradient in tape.gradient(objective, [real, fake]):
            assert np.isfinite(gradient.numpy()).all()
            assert np.abs(gradient).max() <= 1.0

    @pytest.mark.parametrize("execution", ["graph", "xla"])
    @pytest.mark.slow
    def test_flips_in_training_too(self, execution, train):
        """With all weights equal, so that only the flipped labels tell the two trainings apart."""
        plain, flipping = (
            train(f"non-saturating:flip_rate={rate}", execution, seed=3)[1]["discriminator_loss"] for rate in (0.0, 0.4)
        )
        assert plain != flipping

    @pytest.mark.parametrize("rate", [-0.1, 0.5])
    def test_refuses_a_rate_out_of_range(self, rate):
        with pytest.raises(ValueError, match="flip_rate"):
            CrossEntropy(flip_rate=rate)


def _target_entropy(log_probabilities, target):
    log_real, log_fake = log_probabilities
    return -target * log_real - (1 - target) * log_fake
