"""The Wasserstein loss against its formula."""

import numpy as np
from ganreg_losses.wasserstein import Wasserstein
from hypothesis import given, settings
from hypothesis import strategies as st


def test_values(logits):
    real, fake = (np.float64(values) for values in logits)
    loss = Wasserstein()
    np.testing.assert_allclose(loss.discriminator_loss(*logits), fake - real, rtol=1e-6)
    np.testing.assert_allclose(loss.generator_loss(logits[1]), -fake, rtol=1e-6)


def test_slopes(logits, slopes):
    by_real, by_fake = slopes(Wasserstein().discriminator_loss, *logits)
    (of_generator,) = slopes(Wasserstein().generator_loss, logits[1])
    assert set(by_real) == {-1.0}
    assert set(by_fake) == {1.0}
    assert set(of_generator) == {-1.0}


@given(real=st.floats(-50, 50), fake=st.floats(-50, 50), shift=st.floats(-50, 50))
@settings(deadline=None)
def test_a_shift_of_all_logits_changes_nothing(real, fake, shift):
    loss = Wasserstein()
    moved = loss.discriminator_loss(np.float64(real + shift), np.float64(fake + shift))
    np.testing.assert_allclose(moved, loss.discriminator_loss(np.float64(real), np.float64(fake)), atol=1e-9)


def test_says_that_it_needs_a_bounded_slope_and_has_no_boundary():
    assert Wasserstein().bounds_slope is False
    assert Wasserstein().decision_boundary is None
