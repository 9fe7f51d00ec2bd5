"""The least-squares loss against its formula."""

import numpy as np
import pytest
from ganreg_losses.least_squares import LeastSquares
from hypothesis import given, settings
from hypothesis import strategies as st

PEARSON = LeastSquares(fake_target=-1.0, real_target=1.0, generator_target=0.0)
TARGETS = [(LeastSquares(), (0, 1, 1)), (PEARSON, (-1, 1, 0))]


@pytest.mark.parametrize(("loss", "targets"), TARGETS)
def test_values(loss, targets, logits):
    a, b, c = targets
    real, fake = (np.float64(values) for values in logits)
    of_reals, of_fakes = 0.5 * np.square(real - b), 0.5 * np.square(fake - a)
    np.testing.assert_allclose(loss.discriminator_loss(*logits), of_reals + of_fakes, rtol=1e-6)
    np.testing.assert_allclose(loss.generator_loss(logits[1]), 0.5 * np.square(fake - c), rtol=1e-6)


@pytest.mark.parametrize(("loss", "targets"), TARGETS)
def test_slopes(loss, targets, logits, slopes):
    a, b, c = targets
    by_real, by_fake = slopes(loss.discriminator_loss, *logits)
    (of_generator,) = slopes(loss.generator_loss, logits[1])
    np.testing.assert_allclose(by_real, logits[0] - b, rtol=1e-6)
    np.testing.assert_allclose(by_fake, logits[1] - a, rtol=1e-6)
    np.testing.assert_allclose(of_generator, logits[1] - c, rtol=1e-6)


def test_known_values():
    assert LeastSquares().discriminator_loss(np.float32(0.0), np.float32(2.0)) == 0.5 + 2.0
    assert LeastSquares().generator_loss(np.float32(-1.0)) == 2.0


@given(
    fake_target=st.floats(-5, 5),
    above=st.floats(0.125, 5),
    generator_target=st.floats(-5, 5),
    logit=st.floats(-50, 50),
)
@settings(deadline=None)
def test_nothing_beats_the_targets(fake_target, above, generator_target, logit):
    loss = LeastSquares(fake_target=fake_target, real_target=fake_target + above, generator_target=generator_target)
    assert loss.discriminator_loss(loss.real_target, loss.fake_target) == 0.0
    assert loss.generator_loss(generator_target) == 0.0
    assert loss.discriminator_loss(logit, logit) > 0.0
    assert loss.generator_loss(logit) >= 0.0


def test_decision_boundary_is_midway():
    assert LeastSquares().decision_boundary == 0.5
    assert PEARSON.decision_boundary == 0.0
    assert LeastSquares().bounds_slope is True


def test_refuses_targets_the_wrong_way_round():
    with pytest.raises(ValueError, match=r"'real_target' must be above 'fake_target' \(1.0\), got 0.0"):
        LeastSquares(fake_target=1.0, real_target=0.0)
