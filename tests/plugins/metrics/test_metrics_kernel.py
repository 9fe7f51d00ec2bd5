import numpy as np
import pytest
from ganreg_metrics.kernel import Kernel
from hypothesis import given, settings
from hypothesis import strategies as st


def written_out(real, fake, degree=3):
    """The unbiased estimate, pair by pair."""
    features = real.shape[1]

    def mean_of_pairs(x, y, same):
        values = [
            (xi @ yj / features + 1) ** degree for i, xi in enumerate(x) for j, yj in enumerate(y) if i != j or not same
        ]
        return np.mean(values)

    return mean_of_pairs(real, real, True) + mean_of_pairs(fake, fake, True) - 2 * mean_of_pairs(real, fake, False)


@pytest.mark.parametrize("degree", [1, 2, 3, 4])
def test_all_samples_in_one_subset_equal_the_estimate_pair_by_pair(degree):
    real, fake = np.random.default_rng(0).normal(size=(2, 30, 5))
    value = Kernel(degree=degree).compute(real, fake)
    assert value["kernel"] == pytest.approx(written_out(real, fake, degree), rel=1e-9)
    assert value["kernel_deviation"] == pytest.approx(0.0, abs=1e-12)
    assert value["kernel_error"] > 0


def test_subsets_average_to_the_estimate_from_all():
    stream = np.random.default_rng(1)
    real, fake = stream.normal(size=(60, 3)), stream.normal(0.5, 1.0, size=(50, 3))
    value = Kernel(subsets=3000, subset_size=20).compute(real, fake)
    of_mean = value["kernel_deviation"] / 3000**0.5
    assert value["kernel"] == pytest.approx(written_out(real, fake), abs=4 * of_mean)
    assert 4 * of_mean < 0.1 * value["kernel"]


@pytest.mark.parametrize("counts", [(12, 40), (40, 12), (30, 29)])
def test_all_samples_of_both_sides_count(counts):
    """With fewer samples than a subset holds, it is the estimate from all of them, however unequal the numbers."""
    stream = np.random.default_rng(1)
    real, fake = stream.normal(size=(counts[0], 3)), stream.normal(0.5, 1.0, size=(counts[1], 3))
    value = Kernel(subsets=3).compute(real, fake)
    assert value["kernel"] == pytest.approx(written_out(real, fake), rel=1e-9)
    assert value["kernel_error"] > 0


def test_the_smaller_side_is_whole_in_each_subset():
    stream = np.random.default_rng(1)
    real, fake = stream.normal(size=(300, 3)), stream.normal(0.5, 1.0, size=(12, 3))
    value = Kernel(subsets=400, subset_size=100).compute(real, fake)
    assert value["kernel_deviation"] > 0
    assert value["kernel"] == pytest.approx(written_out(real, fake), abs=4 * value["kernel_deviation"] / 20)


def test_unbiased():
    """Two sets of one distribution: 0 on average, where the biased estimate is far above it."""
    stream = np.random.default_rng(2)
    values = [Kernel(subsets=2).compute(*stream.normal(size=(2, 10, 2)))["kernel"] for _ in range(800)]
    assert abs(np.mean(values)) < 4 * np.std(values) / 800**0.5


@pytest.mark.parametrize("size", [20, 1000], ids=["small-subsets", "all"])
def test_the_error_is_the_spread_over_new_samples(size):
    stream = np.random.default_rng(3)
    metric = Kernel(subsets=50, subset_size=size)
    drawn = [metric.compute(stream.normal(size=(100, 3)), stream.normal(0.5, 1.0, size=(100, 3))) for _ in range(80)]
    spread = np.std([each["kernel"] for each in drawn])
    assert np.mean([each["kernel_error"] for each in drawn]) == pytest.approx(spread, rel=0.3)


@given(st.integers(0, 2**16))
@settings(max_examples=20, deadline=None)
def test_symmetric_and_indifferent_to_turns_and_order(seed):
    stream = np.random.default_rng(seed)
    real, fake = stream.normal(size=(2, 20, 4))
    turn = np.linalg.qr(stream.normal(size=(4, 4)))[0]
    value = Kernel(subsets=2).compute(real, fake)["kernel"]
    assert Kernel(subsets=2).compute(fake, real)["kernel"] == pytest.approx(value, rel=1e-9, abs=1e-12)
    assert Kernel(subsets=2).compute(real @ turn, fake @ turn)["kernel"] == pytest.approx(value, rel=1e-9, abs=1e-12)
    assert Kernel(subsets=2).compute(real, fake[::-1])["kernel"] == pytest.approx(value, rel=1e-9, abs=1e-12)


def test_constant_features():
    """Points at 0 and at 1: 1 + 8 - 2 = 7."""
    assert Kernel().compute(np.zeros((5, 3)), np.ones((5, 3)))["kernel"] == pytest.approx(7.0)
    assert Kernel().compute(np.ones((5, 3)), np.ones((5, 3)))["kernel"] == pytest.approx(0.0, abs=1e-12)


def test_the_seed_decides_which_subsets():
    real, fake = np.random.default_rng(0).normal(size=(2, 50, 2))
    values = [Kernel(subset_size=10, subsets=3, seed=seed).compute(real, fake)["kernel"] for seed in (0, 0, 1)]
    assert values[0] == values[1] != values[2]
