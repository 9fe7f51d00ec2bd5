"""Tests of differences: against scipy's, by hand, and their error rates on simulated comparisons."""

import math

import numpy as np
import pytest
from scipy import stats

from ganreg.comparison.significance import LEVEL, Noise, deviation_of


def groups_of(values):
    return [dict(enumerate(row)) for row in np.asarray(values, np.float64)]


def probability_of(noise, one, other):
    statistic = noise.statistic(one, other)
    probability = noise.probability(statistic)
    assert noise.is_significant(statistic) == (probability <= LEVEL) or abs(probability - LEVEL) < 1e-6
    return probability


def test_it_is_tukeys_test():
    """scipy's Tukey test, with its own code for the statistic, gives the same p-values."""
    rows = [[1.0, 1.1, 0.9, 1.05], [1.2, 1.0, 1.3, 1.22], [1.6, 1.5, 1.4, 1.55]]
    groups = groups_of(rows)
    noise = Noise.of(groups)
    assert not noise.paired
    assert not noise.logarithmic
    expected = stats.tukey_hsd(*rows).pvalue
    for one in range(3):
        for other in range(one):
            assert probability_of(noise, groups[one], groups[other]) == pytest.approx(expected[one][other], rel=1e-3)


def test_it_is_kramers_form_for_unequal_numbers_of_seeds():
    rows = [[1.0, 1.1, 0.9, 1.05, 1.0], [1.2, 1.0, 1.3], [1.6, 1.5]]
    groups = [dict(enumerate(row)) for row in rows]
    expected = stats.tukey_hsd(*rows).pvalue
    assert probability_of(Noise.of(groups), groups[0], groups[1]) == pytest.approx(expected[0][1], rel=1e-3)
    assert probability_of(Noise.of(groups), groups[0], groups[2]) == pytest.approx(expected[0][2], rel=1e-3)


def test_seeds_are_pairs_where_their_effect_is_clear():
    """A seed shifts all combinations alike, far more than they differ; the rest is noise of 0.1."""
    stream = np.random.default_rng(0)
    values = stream.normal(size=(4, 6)) * 0.1 - 10 + 3 * stream.normal(size=(1, 6))
    values[0] -= 0.6
    groups = groups_of(values)
    noise = Noise.of(groups)
    assert noise.paired
    assert noise.freedom == 3 * 5
    rest = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0) + values.mean()
    assert noise.variance == pytest.approx((rest**2).sum() / 15)
    assert probability_of(noise, groups[0], groups[1]) < LEVEL
    groups[0].pop(3)  # without the same seeds there are no pairs
    assert not Noise.of(groups).paired
    assert probability_of(Noise.of(groups), groups[0], groups[1]) > LEVEL


def test_skewed_distances_are_compared_by_their_logarithms():
    values = np.exp(np.random.default_rng(1).normal(size=(5, 10)))
    noise = Noise.of(groups_of(values))
    assert noise.logarithmic
    assert noise.variance == pytest.approx(np.log(values).var(axis=1, ddof=1).mean())
    assert not Noise.of(groups_of(values - 10)).logarithmic


@pytest.mark.parametrize(
    ("one", "other", "told"), [([8, 8], [7, 7], False), ([8] * 3, [7] * 3, False), ([8] * 10, [7] * 10, True)]
)
def test_equal_counts_do_not_show_that_there_is_no_noise(one, other, told):
    """Two coins give two equal pairs of different sides in one case of eight, ten equal flips hardly ever."""
    groups = groups_of([one, other])
    assert (probability_of(Noise.of(groups), *groups) < LEVEL) == told


def test_equal_means_do_not_differ():
    groups = groups_of([[1.0, 2.0], [2.0, 1.0]])
    assert probability_of(Noise.of(groups), *groups) == 1.0
    groups = groups_of([[3.0, 3.0], [3.0, 3.0]])
    assert probability_of(Noise.of(groups), *groups) == 1.0


def test_a_single_combination_or_single_seeds_allow_no_test():
    assert Noise.of(groups_of([[1.0, 2.0]])) is None
    assert Noise.of(groups_of([[1.0], [2.0]])) is None


def test_what_can_be_detected_is_on_the_edge_of_significance():
    noise = Noise(variance=0.04, freedom=8, combinations=4)
    least = noise.detectable(3)
    for factor, told in ((1.001, True), (0.999, False)):
        one, other = ({0: value, 1: value, 2: value} for value in (1.0, 1.0 + factor * least))
        assert (probability_of(noise, one, other) < LEVEL) == told


@pytest.mark.parametrize("paired", [False, True])
def test_the_number_of_seeds_that_would_tell(paired):
    """With one seed fewer the difference would not be significant."""
    noise = Noise(variance=0.04, freedom=8, combinations=4, paired=paired)
    one, other = {0: 1.0}, {0: 1.15}
    seeds = noise.seeds_for(one, other)

    def is_told(count):
        rows = 3 if paired else 4
        critical = stats.studentized_range.isf(LEVEL, 4, rows * (count - 1))
        return critical * math.sqrt(0.04 / count) <= 0.15

    assert is_told(seeds)
    assert not is_told(seeds - 1)
    assert noise.seeds_for({0: 1.0}, {0: 1.0 + 1e-6}) is None


def test_ratios_are_detected_in_logarithms():
    noise = Noise(variance=0.04, freedom=8, combinations=4, logarithmic=True)
    assert noise.detectable(3) == pytest.approx(math.exp(Noise(0.04, 8, 4).detectable(3)))


DISTRIBUTIONS = {
    "normal": lambda stream, shape: stream.normal(size=shape),
    "log-normal": lambda stream, shape: np.exp(stream.normal(size=shape)),
    "8 modes of 8 or 7": lambda stream, shape: 7.0 + (stream.random(shape) < 0.5),
    "8 modes of 8 or, rarely, 7": lambda stream, shape: 7.0 + (stream.random(shape) < 0.95),
    "seeds with an effect": lambda stream, shape: stream.normal(size=shape) + 3 * stream.normal(size=(1, shape[1])),
}


def means_of(groups, noise):
    values = np.array([list(group.values()) for group in groups])
    return (np.log(values) if noise.logarithmic else values).mean(axis=1)


def least_of(noise, seeds):
    return math.log(noise.detectable(seeds)) if noise.logarithmic else noise.detectable(seeds)


def rate_of_errors(name, combinations, seeds, rounds):
    stream, wrong = np.random.default_rng(0), 0
    for _ in range(rounds):
        groups = groups_of(DISTRIBUTIONS[name](stream, (combinations, seeds)))
        noise = Noise.of(groups)
        wrong += np.ptp(means_of(groups, noise)) >= least_of(noise, seeds) > 0
    return wrong / rounds


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_combinations_that_do_not_differ_are_seldom_told_apart(name):
    assert rate_of_errors(name, 5, 3, rounds=200) <= LEVEL + 3 * math.sqrt(LEVEL * (1 - LEVEL) / 200)


@pytest.mark.slow
@pytest.mark.parametrize("name", DISTRIBUTIONS)
@pytest.mark.parametrize("combinations", [2, 15, 30])
@pytest.mark.parametrize("seeds", [2, 3, 10])
def test_it_keeps_its_level(name, combinations, seeds):
    assert rate_of_errors(name, combinations, seeds, rounds=1500) <= 0.065 + 0.017


def test_a_clear_lead_is_seen():
    """A lead of four deviations with three seeds among 15 combinations: Tukey's test sees it in 87 %."""
    stream, seen, rounds = np.random.default_rng(0), 0, 200
    for _ in range(rounds):
        values = 10 + stream.normal(size=(15, 3))
        values[0] -= 4
        groups = groups_of(values)
        noise = Noise.of(groups)
        means = means_of(groups, noise)
        seen += means[1] - means[0] >= least_of(noise, 3)
    assert seen / rounds > 0.8


def test_the_deviation_is_numpys_with_one_degree_of_freedom_less():
    values = [1.0, 2.0, 4.5]

    assert deviation_of(values) == pytest.approx(np.std(values, ddof=1), rel=1e-12)


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_a_value_that_is_not_finite_has_no_deviation(value):
    assert math.isnan(deviation_of([1.0, value]))
