"""Bootstrap errors against closed forms."""

import numpy as np
import pytest
from ganreg_metrics.resampling import error_of_mean, errors_of


def test_the_error_of_a_mean_is_the_deviation_over_the_root_of_n():
    values = np.random.default_rng(0).normal(5.0, 2.0, size=400)

    error = error_of_mean(values, 4000, seed=0)

    assert type(error) is float
    assert error == pytest.approx(values.std() / 20, rel=0.05)


def test_the_error_of_a_difference_adds_up_the_variances():
    one, other = np.random.default_rng(0).normal(size=300), np.random.default_rng(1).normal(0.0, 3.0, size=100)

    error = errors_of(lambda x, y: x.mean() - y.mean(), [one, other], 4000, seed=0)

    assert float(error) == pytest.approx((one.var() / 300 + other.var() / 100) ** 0.5, rel=0.05)


def test_several_values_have_an_error_each():
    values = np.random.default_rng(0).normal(size=(200, 3)) * [1.0, 10.0, 0.0]

    errors = errors_of(lambda drawn: drawn.mean(axis=0), [values], 3000, seed=0)

    assert errors == pytest.approx(values.std(axis=0) / 200**0.5, rel=0.06)
    assert errors[2] == 0


def test_sets_are_drawn_independently():
    """Drawn together, the difference of a set and itself would never move."""
    values = np.random.default_rng(0).normal(size=50)

    assert errors_of(lambda x, y: x.mean() - y.mean(), [values, values], 50, seed=0) > 0.1


def test_the_seed_decides():
    values = np.arange(10.0)

    assert error_of_mean(values, 20, seed=1) == error_of_mean(values, 20, seed=1) != error_of_mean(values, 20, seed=2)
