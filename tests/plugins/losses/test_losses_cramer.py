"""The Cramér loss against its formula and against what it estimates."""

import numpy as np
import pytest
from ganreg_losses.cramer import Cramer
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ganreg.testing import discriminator_step


def expected(real, fake):
    """Both players' losses, sample by sample, with another fake taken from the next row."""
    of_discriminator, of_generator = [], []
    for row, (r, f) in enumerate(zip(np.float64(real), np.float64(fake), strict=True)):
        other = float(fake[(row + 1) % len(fake)])

        def critic(x, other=other):
            return abs(x - other) - abs(x)

        of_discriminator.append(critic(f) - critic(r))
        of_generator.append(abs(r - f) + abs(r - other) - abs(f - other))
    return of_discriminator, of_generator


def test_values(logits):
    of_discriminator, of_generator = expected(*logits)
    np.testing.assert_allclose(Cramer().discriminator_loss(*logits), of_discriminator, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(Cramer().generator_loss(logits[1], logits[0]), of_generator, rtol=1e-5, atol=1e-5)


def test_patches_are_compared_with_the_same_patch_of_the_next_sample():
    real, fake = np.random.default_rng(1).normal(size=(2, 3, 2, 2, 1)).astype(np.float32)
    step = discriminator_step(lambda samples, training: samples, real=real, fake=fake)
    patches = [expected(real[:, row, column, 0], fake[:, row, column, 0]) for row in (0, 1) for column in (0, 1)]
    for number, objective in enumerate((Cramer().discriminator_objective, Cramer().generator_objective)):
        wanted = np.stack([each[number] for each in patches], axis=1).ravel()
        np.testing.assert_allclose(objective(step), wanted, rtol=1e-4, atol=1e-5)


def test_the_generator_is_given_the_energy_distance():
    """Its mean is 2 E|r - f| - E|f - f'|, which is scipy's squared distance and a term of the real samples alone."""
    draw = np.random.default_rng(3)
    real, fake, others = draw.normal(0, 1, 200_000), draw.normal(2, 1, 200_000), draw.normal(0, 1, 200_000)
    mean = float(np.mean(Cramer().generator_loss(fake, real)))
    squared = stats.energy_distance(real, fake) ** 2
    assert mean == pytest.approx(squared + np.mean(np.abs(real - others)), rel=0.01)


@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_slopes(player, slopes):
    """Against central differences of the mean, where no two logits are equal."""
    draw = np.random.default_rng(5)
    given_logits = list(np.float64(draw.permutation(np.linspace(-5, 5, 14)).reshape(2, 7)))
    loss = getattr(Cramer(), f"{player}_loss")
    found = slopes(loss, *given_logits)
    for which, values in enumerate(given_logits):
        for row in range(len(values)):
            sides = []
            for sign in (1, -1):
                moved = [array.copy() for array in given_logits]
                moved[which][row] += sign * 1e-3
                sides.append(np.sum(loss(*moved)))
            assert found[which][row] == pytest.approx((sides[0] - sides[1]) / 2e-3, abs=1e-4)


@given(value=st.floats(-80, 80))
@settings(deadline=None)
def test_equal_logits_are_no_distance_apart(value):
    same = np.full(4, value)
    np.testing.assert_array_equal(Cramer().generator_loss(same, same), 0)


def test_says_that_it_needs_a_bounded_slope_and_reals():
    assert Cramer().bounds_slope is False
    assert Cramer.needs_real is True
    assert Cramer().decision_boundary is None
