"""The original GAN's two losses against their formulas in 90-digit decimals."""

import decimal

import numpy as np
import pytest
from ganreg_losses.minimax import Minimax
from ganreg_losses.non_saturating import NonSaturating
from hypothesis import given, settings
from hypothesis import strategies as st

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
