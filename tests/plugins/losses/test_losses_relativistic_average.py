"""The relativistic average losses against their formulas."""

import numpy as np
import pytest
from ganreg_losses.relativistic_average import RelativisticAverage
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

BASES = ["standard", "least-squares", "hinge"]
OF_REALS = {
    "standard": lambda x: np.logaddexp(0, -x),
    "least-squares": lambda x: (x - 1) ** 2,
    "hinge": lambda x: np.maximum(0, 1 - x),
}
OF_FAKES = {
    "standard": lambda x: np.logaddexp(0, x),
    "least-squares": lambda x: (x + 1) ** 2,
    "hinge": lambda x: np.maximum(0, 1 + x),
}


def expected(base, real, fake):
    """Both players' losses as the paper writes them, without its expectation."""
    real, fake = np.float64(real), np.float64(fake)
    real_over_fake, fake_over_real = real - fake.mean(), fake - real.mean()
    of_discriminator = OF_REALS[base](real_over_fake) + OF_FAKES[base](fake_over_real)
    of_generator = OF_REALS[base](fake_over_real) + OF_FAKES[base](real_over_fake)
    return of_discriminator, of_generator


@pytest.mark.parametrize("base", BASES)
def test_values(base, logits):
    real, fake = logits
    of_discriminator, of_generator = expected(base, real, fake)
    loss = RelativisticAverage(base=base)
    np.testing.assert_allclose(loss.discriminator_loss(real, fake), of_discriminator, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(loss.generator_loss(fake, real), of_generator, rtol=1e-5, atol=1e-6)


def test_known_values():
    real, fake = np.float32([1.0, 3.0]), np.float32([0.0, -2.0])  # means 2 and -1
    hinge = RelativisticAverage(base="hinge")
    np.testing.assert_array_equal(hinge.discriminator_loss(real, fake), [0.0, 0.0])
    np.testing.assert_array_equal(hinge.generator_loss(fake, real), [3.0 + 3.0, 5.0 + 5.0])
    least_squares = RelativisticAverage(base="least-squares")
    np.testing.assert_array_equal(least_squares.discriminator_loss(real, fake), [1.0 + 1.0, 9.0 + 9.0])


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("player", [0, 1])
def test_slopes_go_through_the_means(base, player, slopes):
    """Against central differences of the mean loss."""
    rng = np.random.default_rng(5)
    real, fake = rng.normal(size=(2, 7))
    loss = RelativisticAverage(base=base)
    if player == 0:
        by_real, by_fake = slopes(loss.discriminator_loss, real, fake)
    else:
        by_fake, by_real = slopes(loss.generator_loss, fake, real)
    for analytic, which in ((by_real, 0), (by_fake, 1)):
        numeric = []
        for index in range(7):
            step = np.zeros((2, 7))
            step[which, index] = 1e-6
            above, below = (expected(base, real + sign * step[0], fake + sign * step[1])[player] for sign in (1, -1))
            numeric.append((above - below).sum() / 2e-6)
        np.testing.assert_allclose(analytic, numeric, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("base", BASES)
@given(logits=hnp.arrays(np.float32, (2, 5), elements={"min_value": -80, "max_value": 80}), shift=st.floats(-50, 50))
@settings(max_examples=40, deadline=None)
def test_only_differences_count_and_players_mirror(base, logits, shift):
    real, fake = np.float64(logits)
    loss = RelativisticAverage(base=base)
    plain = np.asarray(loss.discriminator_loss(real, fake))
    np.testing.assert_allclose(loss.discriminator_loss(real + shift, fake + shift), plain, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(loss.generator_loss(real, fake), plain, rtol=1e-6)


def test_what_it_declares():
    assert RelativisticAverage.needs_real is True
    assert RelativisticAverage().decision_boundary is None
    assert RelativisticAverage().base == "standard"
    with pytest.raises(ValueError, match="base"):
        RelativisticAverage(base="wasserstein")


@pytest.mark.parametrize(("base", "execution"), [("standard", "graph"), ("least-squares", "xla"), ("hinge", "graph")])
@pytest.mark.slow
def test_trains(base, execution, train):
    _, logs = train(f"relativistic-average:base={base}", execution)
    assert 0.0 < logs["discriminator_loss"] < 10.0
