"""The relativistic loss on pairs against its formula."""

import numpy as np
import pytest
from ganreg_losses.relativistic_paired import RelativisticPaired
from hypothesis import given, settings
from hypothesis import strategies as st

LOGITS = st.floats(-80, 80, width=32)


def test_values(logits):
    """The paper minimises -E log sigmoid(C(x_r) - C(x_f)), the generator the same with the two swapped."""
    real, fake = (np.float64(values) for values in logits)
    loss = RelativisticPaired()
    np.testing.assert_allclose(loss.discriminator_loss(*logits), np.logaddexp(0, fake - real), rtol=1e-5, atol=1e-38)
    np.testing.assert_allclose(
        loss.generator_loss(logits[1], logits[0]), np.logaddexp(0, real - fake), rtol=1e-5, atol=1e-38
    )


def test_known_values():
    loss = RelativisticPaired()
    even = np.float32([3.0])
    np.testing.assert_allclose(loss.discriminator_loss(even, even), [np.log(2)], rtol=1e-6)
    np.testing.assert_allclose(loss.discriminator_loss(np.float32([80]), np.float32([-80])), [np.exp(-160)], atol=1e-30)
    np.testing.assert_allclose(loss.generator_loss(np.float32([-80]), np.float32([80])), [160.0])


def test_slopes(logits, slopes):
    real, fake = (np.float64(values) for values in logits)
    doubt = 1 / (1 + np.exp(real - fake))
    by_real, by_fake = slopes(RelativisticPaired().discriminator_loss, *logits)
    np.testing.assert_allclose(by_real, -doubt, rtol=2e-5, atol=1e-30)
    np.testing.assert_allclose(by_fake, doubt, rtol=2e-5, atol=1e-30)
    by_fake, by_real = slopes(RelativisticPaired().generator_loss, logits[1], logits[0])
    np.testing.assert_allclose(by_fake, -1 / (1 + np.exp(fake - real)), rtol=2e-5, atol=1e-30)
    np.testing.assert_allclose(by_real, -by_fake)


@given(real=LOGITS, fake=LOGITS)
@settings(max_examples=60, deadline=None)
def test_the_two_players_losses_differ_by_the_difference_of_logits(real, fake):
    """Since softplus(x) - softplus(-x) = x."""
    loss, real, fake = RelativisticPaired(), np.float32([real]), np.float32([fake])
    difference = np.asarray(loss.discriminator_loss(real, fake)) - np.asarray(loss.generator_loss(fake, real))
    np.testing.assert_allclose(difference, fake - real, rtol=1e-5, atol=1e-5)


@given(real=st.floats(-50, 50), fake=st.floats(-50, 50), shift=st.floats(-50, 50))
@settings(max_examples=60, deadline=None)
def test_a_shift_of_all_logits_changes_nothing(real, fake, shift):
    loss = RelativisticPaired()
    moved = loss.discriminator_loss(np.float64([real + shift]), np.float64([fake + shift]))
    np.testing.assert_allclose(moved, loss.discriminator_loss(np.float64([real]), np.float64([fake])), rtol=1e-6)


def test_what_it_declares():
    assert RelativisticPaired.needs_real is True
    assert RelativisticPaired().decision_boundary is None


@pytest.mark.parametrize(("schedule", "execution"), [("alternating", "xla"), ("simultaneous", "graph")])
@pytest.mark.slow
def test_trains_with_a_penalty(train, schedule, execution):
    _, logs = train("relativistic-paired", execution, regularizers=["r1"], schedule=schedule)
    assert 0.0 < logs["generator_loss"] < 10.0
