"""The classifier two-sample test."""

import numpy as np
import pytest
from ganreg_metrics.two_sample import TwoSample
from scipy import stats

import ganreg


@pytest.mark.parametrize("classifier", ["network", "neighbours", "logistic"])
def test_one_distribution_cannot_be_told_apart_and_two_far_ones_can(classifier):
    metric = TwoSample(classifier=classifier, samples=200)
    real, fake = np.random.default_rng(0).normal(size=(2, 200, 3))
    same = metric.compute(real, fake)
    assert same["two_sample"] == pytest.approx(0.5, abs=4 * same["two_sample_error"])
    assert same["two_sample_error"] == pytest.approx(0.025, rel=0.2)
    assert same["p_value"] > 1e-3
    far = metric.compute(real, fake + 10)
    assert far["two_sample"] > 0.99
    assert far["p_value"] < 1e-6


def test_the_p_value_is_that_of_the_papers_normal_distribution():
    real, fake = np.random.default_rng(0).normal(size=(2, 150, 2))
    value = TwoSample(classifier="logistic", bootstrap=2).compute(real, fake + 0.2)
    expected = stats.norm(0.5, (1 / (4 * 300)) ** 0.5).sf(value["two_sample"])
    assert value["p_value"] == pytest.approx(expected, rel=1e-9)


def test_copies_are_no_better_than_fakes_that_can_be_told():
    """Each copy lies at a real that the classifier learnt as one, and is told wrongly."""
    metric = TwoSample(classifier="neighbours")
    stream = np.random.default_rng(0)
    real, new = stream.normal(size=(2, 300, 2))
    copies, good = metric.compute(real, real), metric.compute(real, new)
    assert copies["two_sample"] < 0.4
    assert next(iter(metric.lower_is_better)) == "two_sample_distance"
    assert "two_sample" not in metric.lower_is_better
    assert copies["two_sample_distance"] == pytest.approx(0.5 - copies["two_sample"])
    assert copies["two_sample_distance"] > good["two_sample_distance"] + 0.05
    far = metric.compute(real, new + 10)
    assert far["two_sample_distance"] == pytest.approx(far["two_sample"] - 0.5)
    assert far["two_sample_distance_error"] == pytest.approx(far["two_sample_error"])


def test_what_only_the_shape_tells_escapes_the_logistic_regression():
    stream = np.random.default_rng(0)
    real, fake = stream.normal(size=(500, 2)), stream.normal(0.0, 3.0, size=(500, 2))
    accuracy = {
        name: TwoSample(classifier=name).compute(real, fake)["two_sample"]
        for name in ("network", "neighbours", "logistic")
    }
    assert accuracy["logistic"] < 0.6
    assert min(accuracy["network"], accuracy["neighbours"]) > 0.7


def test_sides_of_different_counts_are_evened():
    """A classifier that says the greater side always would be right nine times in ten."""
    stream = np.random.default_rng(0)
    value = TwoSample(classifier="logistic").compute(stream.normal(size=(900, 2)), stream.normal(size=(100, 2)))
    assert value["two_sample"] == pytest.approx(0.5, abs=0.15)


def test_constant_features_cannot_be_told_apart():
    value = TwoSample(classifier="logistic").compute(np.ones((50, 2)), np.ones((60, 2)))
    assert value["two_sample"] == pytest.approx(0.5)


def test_folds_need_samples():
    with pytest.raises(ganreg.DataError, match=r"9 real samples are too few; it needs at least 10 \(two in each of 5"):
        TwoSample().compute(np.ones((9, 2)), np.ones((60, 2)))
