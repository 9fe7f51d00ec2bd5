"""f-GAN's losses against the paper's tables, in 120-digit decimals."""

import decimal
from decimal import Decimal

import numpy as np
import pytest
from ganreg_losses.f_divergence import FDivergence
from ganreg_losses.minimax import Minimax
from hypothesis import given, settings
from hypothesis import strategies as st

CONTEXT = decimal.Context(prec=120)
ONE = Decimal(1)


def log(value):
    return CONTEXT.ln(value)


def exp(value):
    return CONTEXT.exp(value)


def divide(numerator, denominator):
    return CONTEXT.divide(numerator, denominator)


def tanh(v):
    return divide(exp(2 * v) - 1, exp(2 * v) + 1)


TABLE = {
    # divergence: (g, f*, f', the derivative at 1), as tables 1, 2 and 6 of the paper have them
    "kl": (lambda v: v, lambda t: exp(t - 1), lambda u: 1 + np.log(u)),
    "reverse-kl": (lambda v: -exp(-v), lambda t: -1 - log(-t), lambda u: -1 / u),
    "pearson": (lambda v: v, lambda t: t * t / 4 + t, lambda u: 2 * (u - 1)),
    "squared-hellinger": (lambda v: 1 - exp(-v), lambda t: divide(t, 1 - t), lambda u: 1 - u**-0.5),
    "jensen-shannon": (
        lambda v: log(Decimal(2)) - log(1 + exp(-v)),
        lambda t: -log(2 - exp(t)),
        lambda u: np.log(2 * u / (1 + u)),
    ),
    "total-variation": (lambda v: tanh(v) / 2, lambda t: t, None),
}
NAMES = list(TABLE)
DIFFERENTIABLE = [name for name in NAMES if name != "total-variation"]
GREATEST = {"squared-hellinger": 2.0, "jensen-shannon": 2 * np.log(2), "total-variation": 1.0}
"""The value of each bounded divergence where the two distributions have no point in common."""


@pytest.fixture(autouse=True)
def many_digits():
    with decimal.localcontext(CONTEXT):
        yield


def parts(name, logit):
    """-g(v) and f*(g(v)) by the paper's own formulas."""
    activation, conjugate, _ = TABLE[name]
    output = activation(Decimal(logit))
    return -output, conjugate(output)


@pytest.mark.parametrize("name", NAMES)
def test_values(name, logits):
    expected = [
        float(parts(name, float(real))[0] + parts(name, float(fake))[1]) for real, fake in zip(*logits, strict=True)
    ]
    value = np.asarray(FDivergence(divergence=name).discriminator_loss(*logits))
    assert value.dtype == np.float32
    np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_generators_values(name, logits):
    fake = logits[1]
    of_fakes = [parts(name, float(logit)) for logit in fake]
    saturating = FDivergence(divergence=name).generator_loss(fake)
    np.testing.assert_allclose(saturating, [-float(conjugate) for _, conjugate in of_fakes], rtol=1e-5, atol=1e-6)
    alternative = FDivergence(divergence=name, non_saturating=True).generator_loss(fake)
    np.testing.assert_allclose(alternative, [float(minus) for minus, _ in of_fakes], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_slopes(name, logits, slopes):
    """Against central differences in 120 digits."""
    step = Decimal("1e-30")

    def slope(logit, part):
        at = Decimal(float(logit))
        above, below = (parts(name, at + sign * step)[part] for sign in (1, -1))
        return float((above - below) / (2 * step))

    by_real, by_fake = slopes(FDivergence(divergence=name).discriminator_loss, *logits)
    np.testing.assert_allclose(by_real, [slope(logit, 0) for logit in logits[0]], rtol=2e-5, atol=3e-7)
    np.testing.assert_allclose(by_fake, [slope(logit, 1) for logit in logits[1]], rtol=2e-5, atol=3e-7)


@pytest.mark.parametrize("name", NAMES)
def test_undecided_where_the_activation_is_the_papers_threshold(name):
    threshold = {"kl": 1.0, "reverse-kl": -1.0}.get(name, 0.0)
    boundary = FDivergence(divergence=name).decision_boundary
    np.testing.assert_allclose(-float(parts(name, boundary)[0]), threshold, atol=1e-12)


@pytest.mark.parametrize("name", DIFFERENTIABLE)
@pytest.mark.parametrize("ratio", [0.25, 1.0, 3.0])
def test_the_best_logit_is_that_of_the_density_ratio(name, ratio, slopes):
    """At g(v) = f'(p/q) (equation 4) the discriminator has nothing to gain: p·∂(-g) + q·∂(f* of g) = 0."""
    target = TABLE[name][2](ratio)
    low, high = -50.0, 50.0
    for _ in range(100):  # g is increasing
        middle = (low + high) / 2
        low, high = (middle, high) if -float(parts(name, middle)[0]) < target else (low, middle)
    at = np.float32([middle])
    by_real, by_fake = slopes(FDivergence(divergence=name).discriminator_loss, at, at)
    np.testing.assert_allclose(ratio * by_real + by_fake, 0.0, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
@given(a=st.floats(-40, 40, width=32), b=st.floats(-40, 40, width=32))
@settings(max_examples=30, deadline=None)
def test_both_generators_want_greater_logits(name, a, b):
    low, high = np.float32([min(a, b)]), np.float32([max(a, b)])
    for non_saturating in (False, True):
        if name == "pearson" and low[0] < -2 and not non_saturating:
            continue  # v²/4 + v falls below v = -2, outside of the conjugate's increasing part
        loss = FDivergence(divergence=name, non_saturating=non_saturating)
        assert loss.generator_loss(high)[0] <= loss.generator_loss(low)[0]


def test_jensen_shannon_is_minimax_up_to_a_constant(logits):
    shifted = np.asarray(FDivergence().discriminator_loss(*logits)) + 2 * np.log(2)
    np.testing.assert_allclose(shifted, Minimax().discriminator_loss(*logits), rtol=1e-5, atol=1e-6)


def test_refuses_an_unknown_divergence():
    with pytest.raises(ValueError, match="divergence"):
        FDivergence(divergence="wasserstein")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.slow
def test_trains_within_the_bounds_of_the_divergence(name, train):
    """Its negated loss estimates the divergence from below, so no bounded one is ever exceeded."""
    _, logs = train(f"f-divergence:divergence={name},non_saturating=true", "xla" if name == "kl" else "graph")
    assert np.isfinite([logs["discriminator_loss"], logs["generator_loss"]]).all()
    assert -logs["discriminator_loss"] <= GREATEST.get(name, np.inf)
