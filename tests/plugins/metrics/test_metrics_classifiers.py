"""Classifier accuracy, and the classifier two-sample test."""

import numpy as np
import pytest
from ganreg_metrics.classifier_accuracy import ClassifierAccuracy
from ganreg_metrics.two_sample import TwoSample

import ganreg


def classes(seed, count=150, apart=6.0):
    """Three classes of two features, in a row."""
    stream = np.random.default_rng(seed)
    labels = stream.integers(3, size=count)
    return np.stack([apart * labels, 0 * labels], axis=1) + stream.normal(size=(count, 2)), labels


def accuracies(real, fake, **fields):
    value = ClassifierAccuracy(**fields).compute_with_labels(real[0], fake[0], real[1], fake[1])
    return value["classifier_accuracy"], value["reverse_accuracy"]


def test_samples_like_the_reals_teach_as_much():
    assert accuracies(classes(0), classes(1)) == pytest.approx((1.0, 1.0), abs=0.05)


def test_equals_scikit_learns_pipeline():
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    real, fake = classes(0, apart=1.0), classes(1, count=80, apart=1.5)
    learnt = [make_pipeline(StandardScaler(), LogisticRegression()).fit(*each) for each in (fake, real)]
    assert accuracies(real, fake) == pytest.approx((learnt[0].score(*real), learnt[1].score(*fake)))
    assert 0.3 < learnt[0].score(*real) < 0.9


def test_wrong_labels_teach_nothing():
    samples, labels = classes(1)
    first, second = accuracies(classes(0), (samples, (labels + 1) % 3))
    assert first < 0.1
    assert second < 0.1


def test_a_class_that_is_missing_lowers_the_first_only():
    samples, labels = classes(1)
    kept = labels < 2
    first, second = accuracies(classes(0), (samples[kept], labels[kept]))
    assert first == pytest.approx(2 / 3, abs=0.1)
    assert second > 0.95


def test_no_more_samples_are_used_than_asked_for():
    real = classes(0, count=200)
    value = ClassifierAccuracy(samples=20, bootstrap=2).compute_with_labels(real[0], real[0], real[1], real[1])
    assert value["classifier_accuracy"] * 20 == pytest.approx(round(value["classifier_accuracy"] * 20))


def test_without_labels_it_says_what_is_missing():
    with pytest.raises(ganreg.DataError, match=r"needs labels .* conditional generator, or 'two-sample'"):
        ClassifierAccuracy().compute(*classes(0))


@pytest.mark.parametrize("wrong", [None, np.zeros(3, int), np.zeros(150), np.zeros((150, 1), int)])
def test_labels_are_looked_at(wrong):
    samples, labels = classes(0)
    with pytest.raises(ganreg.DataError, match="generated labels must be 150 integers, one a sample"):
        ClassifierAccuracy().compute_with_labels(samples, samples, labels, wrong)


def test_one_class_is_refused():
    samples, labels = classes(0)
    with pytest.raises(ganreg.DataError, match="all generated samples have the label 0; it needs two classes"):
        ClassifierAccuracy().compute_with_labels(samples, samples, labels, 0 * labels)


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
