"""The original GAN's two losses against their formulas in 90-digit decimals."""

import decimal

import numpy as np
import pytest
import tensorflow as tf
from ganreg_losses.minimax import Minimax
from ganreg_losses.non_saturating import NonSaturating
from hypothesis import given, settings
from hypothesis import strategies as st

from ganreg.testing import discriminator_step

BOTH = [NonSaturating, Minimax]
LOGITS = st.floats(-80, 80, width=32)


def _log_probabilities(logit):
    """log D(x) and log(1 - D(x)) with D(x) = 1 / (1 + exp(-logit)), in digits enough for 1 - D(x) at ±80."""
    with decimal.localcontext(prec=90):
        probability = 1 / (1 + (-decimal.Decimal(float(logit))).exp())
        return float(probability.ln()), float((1 - probability).ln())


def _cross_entropy(real, fake, smoothing):
    target = 1 - smoothing
    of_real, of_fake = _log_probabilities(real), _log_probabilities(fake)
    return -target * of_real[0] - (1 - target) * of_real[1] - of_fake[1]


@pytest.mark.parametrize("loss", BOTH)
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_discriminator_is_cross_entropy(loss, smoothing, logits):
    value = np.asarray(loss(label_smoothing=smoothing).discriminator_loss(*logits))
    assert value.dtype == np.float32
    expected = [_cross_entropy(real, fake, smoothing) for real, fake in zip(*logits, strict=True)]
    np.testing.assert_allclose(value, expected, rtol=2e-5)


def test_generators_objectives(logits):
    _, fake = logits
    log_real, log_fake = np.transpose([_log_probabilities(logit) for logit in fake])
    np.testing.assert_allclose(np.asarray(NonSaturating().generator_loss(fake)), -log_real, rtol=2e-5)
    np.testing.assert_allclose(np.asarray(Minimax().generator_loss(fake)), log_fake, rtol=2e-5)


def test_known_values_at_zero():
    zero = np.zeros(1, np.float32)
    for loss in BOTH:
        np.testing.assert_allclose(loss().discriminator_loss(zero, zero), [2 * np.log(2)], rtol=1e-6)
    np.testing.assert_allclose(NonSaturating().generator_loss(zero), [np.log(2)], rtol=1e-6)
    np.testing.assert_allclose(Minimax().generator_loss(zero), [-np.log(2)], rtol=1e-6)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_slopes(smoothing, logits, slopes):
    real, fake = (np.float64(values) for values in logits)
    by_real, by_fake = slopes(NonSaturating(label_smoothing=smoothing).discriminator_loss, *logits)
    np.testing.assert_allclose(by_real, smoothing - 1 / (1 + np.exp(real)), rtol=2e-5, atol=1e-7)
    np.testing.assert_allclose(by_fake, 1 / (1 + np.exp(-fake)), rtol=2e-5)
    (non_saturating,) = slopes(NonSaturating().generator_loss, logits[1])
    (minimax,) = slopes(Minimax().generator_loss, logits[1])
    np.testing.assert_allclose(non_saturating, -1 / (1 + np.exp(fake)), rtol=2e-5)
    np.testing.assert_allclose(minimax, -1 / (1 + np.exp(-fake)), rtol=2e-5)


def test_smoothed_discriminator_is_content_at_its_target(slopes):
    target = np.float32([np.log(0.9 / 0.1)])  # the logit of probability 0.9
    by_real, _ = slopes(NonSaturating(label_smoothing=0.1).discriminator_loss, target, target)
    np.testing.assert_allclose(by_real, [0.0], atol=1e-7)


def test_smoothing_is_one_sided(slopes):
    logits = np.float32([0.3]), np.float32([-0.7])
    _, smoothed = slopes(Minimax(label_smoothing=0.2).discriminator_loss, *logits)
    _, plain = slopes(Minimax().discriminator_loss, *logits)
    np.testing.assert_array_equal(smoothed, plain)


@given(a=LOGITS, b=LOGITS)
@settings(max_examples=60, deadline=None)
def test_generator_never_loses_by_a_greater_logit(a, b):
    low, high = np.float32([min(a, b)]), np.float32([max(a, b)])
    for loss in BOTH:
        assert loss().generator_loss(high)[0] <= loss().generator_loss(low)[0]


@given(logit=LOGITS)
@settings(max_examples=60, deadline=None)
def test_the_generators_objectives_add_up_to_the_negated_logit(logit):
    """Since log(1 - D) - log D = -logit."""
    fake = np.float32([logit])
    total = Minimax().generator_loss(fake) + NonSaturating().generator_loss(fake)
    np.testing.assert_allclose(total, -fake, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("smoothing", [-0.1, 0.5, 1.0])
def test_refuses_a_smoothing_that_is_none(smoothing):
    with pytest.raises(ValueError, match="label_smoothing"):
        NonSaturating(label_smoothing=smoothing)


def linear_step(real, fake, **options):
    """A step whose samples are their own logits."""
    return discriminator_step(
        lambda samples, training: {"logits": samples, "features": ()},
        real=tf.reshape(tf.cast(real, tf.float32), (-1, 1)),
        fake=tf.reshape(tf.cast(fake, tf.float32), (-1, 1)),
        **options,
    )


class TestFlippedLabels:
    @pytest.mark.parametrize("loss", BOTH)
    def test_none_unless_asked_for(self, loss, logits):
        objective = loss(label_smoothing=0.1).discriminator_objective(linear_step(*logits))
        np.testing.assert_array_equal(objective, loss(label_smoothing=0.1).discriminator_loss(*logits))

    @pytest.mark.parametrize("smoothing", [0.0, 0.1])
    def test_a_flipped_sample_gets_the_other_kinds_target(self, smoothing, logits):
        """Each value is one of the four that the two flips can make, and each of them occurs."""
        loss = Minimax(label_smoothing=smoothing, flip_rate=0.4)
        real, fake = np.float32(np.linspace(-3, 3, 400)), np.float32(np.linspace(2, -5, 400))
        value = np.asarray(loss.discriminator_objective(linear_step(real, fake)))
        as_real, as_fake = ([_target_entropy(logit, target) for logit in real] for target in (1 - smoothing, 0.0))
        fake_as_real, fake_as_fake = (
            [_target_entropy(logit, target) for logit in fake] for target in (1 - smoothing, 0.0)
        )
        possible = np.array(
            [np.add(one, other) for one in (as_real, as_fake) for other in (fake_as_fake, fake_as_real)]
        )
        distances = np.abs(possible - value)
        np.testing.assert_allclose(distances.min(axis=0), 0.0, atol=1e-5)
        counts = np.bincount(distances.argmin(axis=0), minlength=4)
        expected = 400 * np.array([0.36, 0.24, 0.24, 0.16])
        assert np.abs(counts - expected).max() < 5 * np.sqrt(400 * 0.25)

    def test_the_share_and_that_it_is_drawn_anew(self):
        loss = NonSaturating(flip_rate=0.05)
        real, fake = np.full(20_000, 5.0), np.full(20_000, -5.0)
        flips = []
        for iteration in (0, 1):
            value = np.asarray(loss.discriminator_objective(linear_step(real, fake, iteration=iteration)))
            flips.append(np.round((value - value.min()) / 5.0))
            # 40,000 labels: a standard deviation of 44
            assert abs(flips[-1].sum() - 2000) < 5 * 44
        assert not np.array_equal(*flips)

    def test_the_generator_never_flips(self, logits):
        flipping, plain = NonSaturating(flip_rate=0.4), NonSaturating()
        np.testing.assert_array_equal(flipping.generator_loss(logits[1]), plain.generator_loss(logits[1]))
        np.testing.assert_array_equal(flipping.discriminator_loss(*logits), plain.discriminator_loss(*logits))

    def test_gradients_stay_finite(self, logits):
        real, fake = (tf.constant(values) for values in logits)
        with tf.GradientTape() as tape:
            tape.watch([real, fake])
            objective = NonSaturating(flip_rate=0.3).discriminator_objective(linear_step(real, fake))
        for gradient in tape.gradient(objective, [real, fake]):
            assert np.isfinite(gradient.numpy()).all()
            assert np.abs(gradient).max() <= 1.0

    @pytest.mark.parametrize("execution", ["graph", "xla"])
    def test_trains(self, execution, train):
        train("non-saturating:flip_rate=0.1", execution)

    @pytest.mark.parametrize("rate", [-0.1, 0.5])
    def test_refuses_a_rate_that_is_none(self, rate):
        with pytest.raises(ValueError, match="flip_rate"):
            Minimax(flip_rate=rate)


def _target_entropy(logit, target):
    log_real, log_fake = _log_probabilities(logit)
    return -target * log_real - (1 - target) * log_fake
