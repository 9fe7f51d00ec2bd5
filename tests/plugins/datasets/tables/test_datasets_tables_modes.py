import numpy as np
import pytest
from ganreg_datasets.tables.modes import Modes, fit_modes
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats


def back(modes, values):
    return modes.decode(*modes.encode(np.asarray(values, np.float64), 0))


@pytest.fixture(scope="module")
def gain():
    """Capital gains as in the census: 92 % zeros, and a long tail."""
    stream = np.random.default_rng(0)
    values = np.where(stream.random(5000) < 0.92, 0.0, np.round(stream.lognormal(8, 1, 5000)))
    return np.append(values, 99_999.0)


def test_a_spike_is_a_mode_of_its_own_and_the_tail_is_kept(gain):
    modes = fit_modes(gain, 10)
    chosen, scaled = modes.encode(gain, 0)

    assert modes.spikes == (0.0,)
    assert np.mean(chosen == 0) == np.mean(gain == 0)
    assert np.abs(scaled).max() <= 1
    np.testing.assert_allclose(modes.decode(chosen, scaled), gain, rtol=1e-12, atol=1e-9)


def test_peaks_get_modes_of_their_own():
    stream = np.random.default_rng(0)
    peaks = np.array([-10.0, 0.0, 30.0])
    values = stream.choice(peaks, 3000) + stream.normal(0, 0.5, 3000)

    modes = fit_modes(values, 10)
    chosen, _ = modes.encode(values, 0)

    centers = np.array(modes.centers)[chosen - len(modes.spikes)]
    np.testing.assert_array_equal(np.abs(centers[:, None] - peaks).argmin(1), np.abs(values[:, None] - peaks).argmin(1))


def test_one_peak_is_one_mode():
    values = np.random.default_rng(0).normal(50, 12, 3000)

    modes = fit_modes(values, 10)

    nearest = modes.weights.index(max(modes.weights))
    assert sum(weight > 0.05 for weight in modes.weights) == 1
    assert modes.centers[nearest] == pytest.approx(50, abs=1)
    assert modes.halves[nearest] == pytest.approx(4 * 12, rel=0.05)


def test_where_modes_overlap_they_are_drawn_by_their_probability():
    modes = Modes(centers=[0.0, 1.0], halves=[4.0, 4.0], weights=[0.25, 0.75])

    chosen, _ = modes.encode(np.full(20_000, 0.3), 0)

    densities = [0.25 * stats.norm.pdf(0.3, 0, 1), 0.75 * stats.norm.pdf(0.3, 1, 1)]
    assert np.mean(chosen == 1) == pytest.approx(densities[1] / sum(densities), abs=0.015)


def test_few_different_values_are_all_spikes():
    modes = fit_modes(np.repeat(np.arange(1.0, 6.0), 30), 10)

    assert (modes.spikes, modes.centers) == ((1.0, 2.0, 3.0, 4.0, 5.0), ())
    np.testing.assert_array_equal(back(modes, [1, 5, 3, 7]), [1, 5, 3, 5])


@pytest.mark.parametrize("most", [0, 1, 10])
def test_few_rows_are_scaled_by_their_range(most):
    modes = fit_modes(np.array([10.0, 20.0, 40.0]), most)

    _, scaled = modes.encode(np.array([10.0, 25.0, 40.0, 99.0]), 0)
    np.testing.assert_allclose(scaled, [-1, 0, 1, 1])
    assert len(modes) == 1


numbers = st.floats(-1e308, 1e308, allow_subnormal=False)


@given(st.lists(numbers, min_size=1, max_size=60), st.sampled_from([0, 1, 3]))
@settings(deadline=None, max_examples=40)
def test_all_values_come_back(values, most):
    modes = fit_modes(np.array(values), most)

    widest = max(modes.halves, default=0.0)
    assert np.abs(modes.encode(np.array(values), 0)[1]).max() <= 1
    # Halved, as the difference of large numbers can overflow.
    assert (np.abs(back(modes, values) / 2 - np.array(values) / 2) <= widest * 1e-12).all()


def test_values_far_from_every_peak_get_a_mode():
    values = np.concatenate([np.random.default_rng(0).normal(0, 1, 20_000), [1e6, 2e6]])

    np.testing.assert_allclose(back(fit_modes(values, 10), values), values, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("fields", [{}, {"centers": [0.0], "halves": [1.0]}, {"halves": [1.0], "spikes": [0.0]}])
def test_modes_that_do_not_match_are_refused(fields):
    with pytest.raises(ValueError, match="modes need"):
        Modes(**fields)
