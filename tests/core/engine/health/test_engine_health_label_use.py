"""How far classes are apart, against means that are known."""

import numpy as np
import pytest

from ganreg.engine.health.label_use import LabelReference, LabelUse
from ganreg.engine.health.reference import Reference

MEANS = np.array([[3.0, 0.0], [-3.0, 0.0], [0.0, 3.0]])


def samples(labels, seed, factor=1.0):
    return factor * MEANS[labels] + np.random.default_rng(seed).normal(size=(len(labels), 2))


LABELS = np.random.default_rng(9).choice(3, 2000, p=[0.9, 0.08, 0.02])
REAL = samples(LABELS, 0)


@pytest.fixture(scope="module")
def reference():
    return LabelReference(Reference(REAL), REAL, LABELS)


@pytest.mark.parametrize("factor", [1.0, 0.5, 0.0])
def test_distances_of_means_are_known_and_chance_is_taken_off(reference, factor):
    """However rare a class is, it counts as much as the others."""
    unit = np.square(REAL - REAL.mean(axis=0)).sum(axis=1).mean()
    true = np.square(MEANS - MEANS.mean(axis=0)).sum(axis=1).mean() / unit
    labels = reference.labels(900)
    uses = [reference.compare(samples(labels, seed, factor), labels) for seed in range(20)]

    assert uses[0].real == pytest.approx(true, rel=0.1)
    assert np.mean([use.generated for use in uses]) == pytest.approx(factor**2 * true, rel=0.05, abs=0.002)
    assert all(use.is_clear for use in uses)
    assert np.bincount(labels).tolist() == [300, 300, 300]


def test_classes_that_mean_nothing_are_not_compared():
    noise = np.random.default_rng(0).normal(size=(2000, 2))

    assert not len(LabelReference(Reference(noise), noise, LABELS).classes)
    assert not len(LabelReference(Reference(REAL), REAL, np.zeros(2000, int)).classes)


def test_classes_of_few_samples_are_left_out():
    labels = np.where(np.arange(2000) < 9, 3, LABELS)

    assert LabelReference(Reference(REAL), REAL, labels).classes.tolist() == [0, 1, 2]


def test_of_many_classes_the_most_frequent_are_compared():
    labels = np.repeat(np.arange(40), np.arange(11, 51))
    points = np.stack([labels, np.random.default_rng(0).normal(size=len(labels))], axis=1).astype(float)

    assert LabelReference(Reference(points), points, labels).classes.tolist() == list(range(8, 40))


def test_chance_that_could_hide_the_classes_makes_it_unclear():
    assert LabelUse(real=0.5, generated=0.0, chance=0.1).is_clear
    assert not LabelUse(real=0.3, generated=0.0, chance=0.1).is_clear
