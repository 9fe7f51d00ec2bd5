import numpy as np
import pytest
from ganreg_metrics.kolmogorov_smirnov import KolmogorovSmirnov
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats


@given(st.integers(0, 2**16), st.integers(2, 40), st.integers(2, 40))
@settings(max_examples=40, deadline=None)
def test_the_gap_equals_the_definition(seed, reals, fakes):
    stream = np.random.default_rng(seed)
    # Whole numbers, so that there are ties.
    real, fake = stream.integers(8, size=(reals, 1)), stream.integers(1, 9, size=(fakes, 1))
    gaps = [abs(np.mean(real <= x) - np.mean(fake <= x)) for x in range(10)]
    metric = KolmogorovSmirnov(bootstrap=2)
    assert metric.compute(real, fake)["kolmogorov_smirnov"] == pytest.approx(max(gaps), abs=1e-12)
    assert metric.compute(fake, real)["kolmogorov_smirnov"] == pytest.approx(max(gaps), abs=1e-12)
    # A rising function of the values changes nothing.
    assert metric.compute(np.exp(real), np.exp(fake))["kolmogorov_smirnov"] == pytest.approx(max(gaps), abs=1e-12)


def test_gap_and_p_value_are_scipys():
    stream = np.random.default_rng(0)
    real, fake = stream.normal(size=200), stream.normal(0.2, 1.0, size=150)
    value = KolmogorovSmirnov().compute(real, fake)
    expected = stats.ks_2samp(real, fake)
    assert value["kolmogorov_smirnov"] == expected.statistic
    assert value["p_value"] == expected.pvalue
    assert 0.01 < value["kolmogorov_smirnov_error"] < 0.1


def test_gap_of_a_set_and_itself_and_of_sets_apart():
    real = np.random.default_rng(0).normal(size=(30, 1))
    same = KolmogorovSmirnov().compute(real, real)
    assert (same["kolmogorov_smirnov"], same["p_value"]) == (0.0, 1.0)
    far = KolmogorovSmirnov().compute(real, real + 100)
    assert (far["kolmogorov_smirnov"], far["kolmogorov_smirnov_error"]) == (1.0, 0.0)
    assert far["p_value"] < 1e-9


def test_many_samples_raise_no_warning():
    stream = np.random.default_rng(0)
    value = KolmogorovSmirnov(bootstrap=2).compute(stream.normal(size=9_000), stream.normal(size=9_973))
    assert 0 < value["p_value"] <= 1
