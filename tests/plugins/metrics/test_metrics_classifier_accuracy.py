import numpy as np
import pytest
from ganreg_metrics.classifier_accuracy import ClassifierAccuracy
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

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
def test_wrong_labels_are_refused(wrong):
    samples, labels = classes(0)
    with pytest.raises(ganreg.DataError, match="generated labels must be 150 integers, one for each sample"):
        ClassifierAccuracy().compute_with_labels(samples, samples, labels, wrong)


def test_one_class_is_refused():
    samples, labels = classes(0)
    with pytest.raises(
        ganreg.DataError, match="all generated samples have the label 0; at least two classes are needed"
    ):
        ClassifierAccuracy().compute_with_labels(samples, samples, labels, 0 * labels)
