import numpy as np
import pytest
from ganreg_metrics.moments import Moments
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import ganreg


def four(values):
    return [values.mean(), values.std(), stats.skew(values), stats.kurtosis(values)]


NAMES = ["mean", "standard_deviation", "skewness", "kurtosis"]


def test_moments_equal_scipys():
    stream = np.random.default_rng(0)
    real, fake = stream.normal(3.0, 2.0, size=50), stream.exponential(size=70)
    value = Moments().compute(real[:, None], fake[:, None])
    assert [value[name] for name in NAMES] == pytest.approx(four(fake), rel=1e-9)
    assert [value[f"real_{name}"] for name in NAMES] == pytest.approx(four(real), rel=1e-9)
    (m, s, g, k), (m2, s2, g2, k2) = four(real), four(fake)
    parts = [(m2 - m) / s, s2 / s - 1, g2 - g, k2 - k]
    assert value["moments"] == pytest.approx(np.sqrt(np.mean(np.square(parts))), rel=1e-9)


@given(st.integers(0, 2**16), st.floats(-100, 100), st.floats(0.01, 1e3))
@settings(max_examples=30, deadline=None)
def test_the_main_value_is_indifferent_to_the_unit(seed, move, scale):
    stream = np.random.default_rng(seed)
    real, fake = stream.normal(size=(2, 20, 1))
    metric = Moments(bootstrap=2)
    value = metric.compute(real, fake)["moments"]
    assert metric.compute(scale * real + move, scale * fake + move)["moments"] == pytest.approx(value, rel=1e-6)


def test_equal_sets_have_equal_moments_and_constants_no_shape():
    real = np.random.default_rng(0).normal(size=(30, 1))
    assert Moments().compute(real, real[::-1])["moments"] == pytest.approx(0.0, abs=1e-12)
    collapsed = Moments().compute(real, np.full((30, 1), 0.1))
    assert [collapsed[name] for name in NAMES] == [0.1, 0.0, 0.0, 0.0]
    assert collapsed["mean_error"] == pytest.approx(0.0, abs=1e-12)


def test_tiny_and_huge_numbers():
    real = np.random.default_rng(0).normal(size=(30, 1))
    for scale in (1e-120, 1e120):
        assert Moments().compute(scale * real, scale * real[:20])["kurtosis"] == pytest.approx(
            stats.kurtosis(real[:20, 0]), rel=1e-9
        )


def test_constant_reals_are_refused():
    with pytest.raises(ganreg.DataError, match="all real samples are 2; their standard deviation must not be 0"):
        Moments().compute(np.full((10, 1), 2.0), np.zeros((10, 1)))


def test_a_resample_of_reals_that_are_all_the_same_does_no_harm():
    real = np.array([[0.0]] * 40 + [[1.0]])
    assert np.isfinite(list(Moments().compute(real, real[::2]).values())).all()


def test_errors_of_the_mean_are_the_textbooks():
    fake = np.random.default_rng(0).normal(0.0, 3.0, size=(400, 1))
    value = Moments(bootstrap=1000).compute(fake + 1, fake)
    assert value["mean_error"] == pytest.approx(fake.std() / 20, rel=0.1)
    assert value["standard_deviation_error"] == pytest.approx(fake.std() / 800**0.5, rel=0.2)
