import numpy as np
import pytest
from ganreg_metrics.frechet import Frechet
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg

import ganreg


def written_out(real, fake):
    """The formula with scipy's matrix square root, as published scores are computed."""
    apart = real.mean(axis=0) - fake.mean(axis=0)
    one, other = np.atleast_2d(np.cov(real, rowvar=False)), np.atleast_2d(np.cov(fake, rowvar=False))
    return apart @ apart + np.trace(one) + np.trace(other) - 2 * np.trace(linalg.sqrtm(one @ other).real)


def correlated(stream, count, features, mean=0.0):
    return stream.normal(size=(count, features)) @ stream.normal(size=(features, features)) + mean


def whitened(points):
    """Points moved and stretched so that their mean is 0 and their covariance, by N - 1, the identity."""
    centred = points - points.mean(axis=0)
    return centred @ np.linalg.inv(np.linalg.cholesky(np.cov(centred, rowvar=False)).T)


@pytest.mark.parametrize(("count", "features"), [(50, 1), (200, 3), (400, 40)])
@pytest.mark.parametrize("mean", [0.0, 0.5, 1e4])
def test_equals_the_formula_with_a_matrix_square_root(count, features, mean):
    stream = np.random.default_rng(features)
    real, fake = correlated(stream, count, features, mean), correlated(stream, count + 31, features, mean + 0.1)
    assert Frechet().compute(real, fake)["frechet"] == pytest.approx(written_out(real, fake), rel=1e-6)


def test_closed_form_of_two_gaussians_along_the_axes():
    """|m - m'|² + Σ (σ - σ')², where covariances are diagonal."""
    stream = np.random.default_rng(0)
    scales, other_scales, shift = np.array([1.0, 2.0, 0.0]), np.array([3.0, 0.5, 1.0]), np.array([1.0, -2.0, 0.5])
    real = whitened(stream.normal(size=(500, 3))) * scales
    fake = whitened(stream.normal(size=(300, 3))) * other_scales + shift
    expected = (shift**2).sum() + ((scales - other_scales) ** 2).sum()
    assert Frechet().compute(real, fake)["frechet"] == pytest.approx(expected, rel=1e-12)


def test_covariances_of_different_ranges():
    """Lines at right angles share nothing: the traces of both covariances remain."""
    stream = np.random.default_rng(1)
    along = whitened(stream.normal(size=(100, 2)))
    real, fake = along * [1.0, 0.0], along * [0.0, 2.0]
    assert Frechet().compute(real, fake)["frechet"] == pytest.approx(1.0 + 4.0, rel=1e-12)


def test_singular_covariances_keep_their_digits():
    """Forty features that are mixtures of four: what a matrix square root gives six digits of, at best."""
    stream = np.random.default_rng(2)
    mixture = np.linalg.qr(stream.normal(size=(40, 4)))[0].T
    real, fake = stream.normal(size=(300, 4)), correlated(stream, 300, 4)
    metric = Frechet()
    expected = metric.compute(real, fake)["frechet"]
    assert metric.compute(real @ mixture, fake @ mixture)["frechet"] == pytest.approx(expected, rel=1e-10)


def test_a_set_and_itself_and_constants():
    real = np.random.default_rng(0).normal(size=(60, 5))
    # Not 0: rounding, of the size of the features' variance times float64's precision.
    assert Frechet().compute(real, real)["frechet"] == pytest.approx(0.0, abs=1e-12)
    constant = np.full((10, 2), 3.0)
    assert Frechet().compute(constant, constant) == {"frechet": 0.0, "frechet_error": 0.0}
    assert Frechet().compute(constant, constant + 2.0)["frechet"] == 8.0


@given(st.integers(0, 2**16), st.floats(-100, 100), st.floats(0.01, 100))
@settings(max_examples=25, deadline=None)
def test_symmetric_and_indifferent_to_moves_turns_and_order(seed, move, scale):
    stream = np.random.default_rng(seed)
    real, fake = correlated(stream, 40, 4), correlated(stream, 30, 4, 0.5)
    turn = np.linalg.qr(stream.normal(size=(4, 4)))[0]
    value = Frechet().compute(real, fake)["frechet"]
    assert Frechet().compute(fake, real)["frechet"] == pytest.approx(value, rel=1e-9)
    assert Frechet().compute(real + move, fake + move)["frechet"] == pytest.approx(value, rel=1e-9)
    assert Frechet().compute(real @ turn, fake @ turn)["frechet"] == pytest.approx(value, rel=1e-9)
    assert Frechet().compute(real, stream.permutation(fake))["frechet"] == pytest.approx(value, rel=1e-9)
    assert Frechet().compute(real * scale, fake * scale)["frechet"] == pytest.approx(value * scale**2, rel=1e-9)


def test_no_more_samples_than_features_are_refused_unless_told():
    real, fake = np.random.default_rng(0).normal(size=(2, 20, 20))
    with pytest.raises(ganreg.DataError, match=r"20 real samples are too few; it needs at least 21 .*few_samples=true"):
        Frechet().compute(real, fake)
    assert Frechet(few_samples=True).compute(real, fake)["frechet"] == pytest.approx(written_out(real, fake), rel=1e-4)


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_the_error_is_the_spread_over_new_samples(shift):
    stream = np.random.default_rng(5)
    drawn = [
        Frechet(subsets=20).compute(stream.normal(size=(300, 3)), stream.normal(shift, 1.5, size=(200, 3)))
        for _ in range(60)
    ]
    spread = np.std([each["frechet"] for each in drawn])
    assert np.mean([each["frechet_error"] for each in drawn]) == pytest.approx(spread, rel=0.35)


@pytest.mark.parametrize("features", [1, 2])
@pytest.mark.parametrize(("subsets", "least"), [(2, 4), (3, 3), (10, 3)])
def test_what_is_left_beside_a_part_has_a_covariance(subsets, least, features):
    real, fake = np.random.default_rng(0).normal(size=(2, 4, features))
    metric = Frechet(subsets=subsets)
    assert metric.minimum_samples(features) == least
    assert all(np.isfinite(value) for value in metric.compute(real[:least], fake[:least]).values())
    with pytest.raises(ganreg.DataError, match=f"too few; it needs at least {least}"):
        metric.compute(real[: least - 1], fake[: least - 1])
