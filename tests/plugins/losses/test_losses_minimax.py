"""The minimax loss against its formula in 90-digit decimals."""

import numpy as np
from ganreg_losses.cross_entropy import CrossEntropy
from ganreg_losses.minimax import Minimax
from ganreg_losses.non_saturating import NonSaturating
from hypothesis import given, settings
from hypothesis import strategies as st

LOGITS = st.floats(-80, 80, width=32)


def test_values(logits, log_probabilities):
    expected = [log_probabilities(logit)[1] for logit in logits[1]]
    np.testing.assert_allclose(np.asarray(Minimax().generator_loss(logits[1])), expected, rtol=2e-5)


def test_known_value_at_zero():
    np.testing.assert_allclose(Minimax().generator_loss(np.zeros(1, np.float32)), [-np.log(2)], rtol=1e-6)


def test_slopes(logits, slopes):
    """It vanishes where the discriminator rejects the sample."""
    (slope,) = slopes(Minimax().generator_loss, logits[1])
    np.testing.assert_allclose(slope, -1 / (1 + np.exp(-np.float64(logits[1]))), rtol=2e-5)


@given(a=LOGITS, b=LOGITS)
@settings(max_examples=60, deadline=None)
def test_a_greater_logit_never_costs_more(a, b):
    low, high = np.float32([min(a, b)]), np.float32([max(a, b)])
    assert Minimax().generator_loss(high)[0] <= Minimax().generator_loss(low)[0]


def test_the_generators_labels_are_neither_smoothed_nor_flipped(logits):
    other = Minimax(label_smoothing=0.2, flip_rate=0.4)
    np.testing.assert_array_equal(other.generator_loss(logits[1]), Minimax().generator_loss(logits[1]))


def test_the_discriminators_loss_is_cross_entropy(logits):
    mine = Minimax(label_smoothing=0.1).discriminator_loss(*logits)
    np.testing.assert_array_equal(mine, CrossEntropy(label_smoothing=0.1).discriminator_loss(*logits))


@given(logit=LOGITS)
@settings(max_examples=60, deadline=None)
def test_differs_from_the_non_saturating_loss_by_the_logit(logit):
    """Since log(1 - D) - log D = -logit."""
    fake = np.float32([logit])
    total = Minimax().generator_loss(fake) + NonSaturating().generator_loss(fake)
    np.testing.assert_allclose(total, -fake, rtol=1e-5, atol=1e-6)
