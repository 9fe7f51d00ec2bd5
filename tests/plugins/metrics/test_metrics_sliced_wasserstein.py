import numpy as np
import pytest
from ganreg_metrics.sliced_wasserstein import SlicedWasserstein
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats


def transport(x, y, p):
    """∫ |Q(u) - Q'(u)|^p du, by repeating each value until both sides are of one length."""
    longer = np.lcm(len(x), len(y))
    x, y = (np.repeat(np.sort(each), longer // len(each)) for each in (x, y))
    return np.mean(np.abs(x - y) ** p)


def compute(real, fake, **fields):
    return SlicedWasserstein(bootstrap=2, **fields).compute(real, fake)["sliced_wasserstein"]


@given(st.integers(0, 2**16), st.integers(2, 30), st.integers(2, 30))
@settings(max_examples=40, deadline=None)
def test_one_feature_is_the_wasserstein_distance_itself(seed, reals, fakes):
    stream = np.random.default_rng(seed)
    real, fake = stream.normal(size=(reals, 1)), stream.exponential(size=(fakes, 1))
    assert compute(real, fake, p=1) == pytest.approx(stats.wasserstein_distance(real[:, 0], fake[:, 0]), rel=1e-9)
    assert compute(real, fake, p=2) == pytest.approx(transport(real[:, 0], fake[:, 0], 2) ** 0.5, rel=1e-9)


@pytest.mark.parametrize("p", [1, 2])
@pytest.mark.parametrize("fakes", [24, 30])
def test_many_features_are_the_mean_over_the_directions_that_the_seed_draws(p, fakes):
    stream = np.random.default_rng(0)
    real, fake = stream.normal(size=(24, 4)), stream.normal(0.5, 1.0, size=(fakes, 4))
    directions = np.random.default_rng(7).normal(size=(16, 4))
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    expected = np.mean([transport(real @ each, fake @ each, p) for each in directions]) ** (1 / p)
    assert compute(real, fake, p=p, projections=16, seed=7) == pytest.approx(expected, rel=1e-9)


def test_a_shift_in_closed_form():
    """Moved by v, SW_2² is the mean of (v·θ)² over directions, |v|²/F."""
    real = np.random.default_rng(0).normal(size=(100, 5))
    shift = np.array([3.0, 0.0, 4.0, 0.0, 0.0])
    assert compute(real, real + shift, projections=20_000) == pytest.approx(5 / 5**0.5, rel=0.02)


@given(st.integers(0, 2**16), st.floats(-100, 100), st.sampled_from([1, 2]))
@settings(max_examples=20, deadline=None)
def test_symmetric_and_indifferent_to_moves_and_order(seed, move, p):
    stream = np.random.default_rng(seed)
    real, fake = stream.normal(size=(20, 3)), stream.normal(0.5, 2.0, size=(13, 3))
    value = compute(real, fake, p=p)
    assert compute(fake, real, p=p) == pytest.approx(value, rel=1e-9)
    assert compute(real + move, fake + move, p=p) == pytest.approx(value, rel=1e-9)
    assert compute(stream.permutation(real), fake, p=p) == pytest.approx(value, rel=1e-9)
    assert compute(3 * real, 3 * fake, p=p) == pytest.approx(3 * value, rel=1e-9)


def test_a_set_and_itself_and_itself_twice():
    real = np.random.default_rng(0).normal(size=(40, 3))
    assert compute(real, real) == 0.0
    assert compute(real, np.concatenate([real, real])) == pytest.approx(0.0, abs=1e-12)
    assert compute(np.ones((5, 2)), np.ones((7, 2))) == pytest.approx(0.0, abs=1e-12)


def test_the_error_is_the_spread_over_new_samples():
    stream = np.random.default_rng(3)
    drawn = [
        SlicedWasserstein(seed=seed).compute(stream.normal(size=(100, 1)), stream.normal(1.0, 1.0, size=(150, 1)))
        for seed in range(60)
    ]
    spread = np.std([each["sliced_wasserstein"] for each in drawn])
    assert np.mean([each["sliced_wasserstein_error"] for each in drawn]) == pytest.approx(spread, rel=0.3)


def test_few_directions_count_in_the_error():
    stream = np.random.default_rng(3)
    real = stream.normal(size=(300, 8))
    fake = stream.normal(4.0 * np.eye(8)[0], size=(300, 8))
    drawn = [SlicedWasserstein(projections=10, seed=seed).compute(real, fake) for seed in range(40)]
    spread = np.std([each["sliced_wasserstein"] for each in drawn])
    assert np.mean([each["sliced_wasserstein_error"] for each in drawn]) == pytest.approx(spread, rel=0.35)
