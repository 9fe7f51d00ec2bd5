"""Which real samples are compared, and that their features are computed once."""

import numpy as np
import pytest

from ganreg import Data, Source
from ganreg.evaluation.real_features import RealFeatures, RealSamples, View, default_samples


def test_the_default_number_of_samples():
    assert default_samples(Data(train=np.zeros((30, 1)), test=np.zeros((5, 1)))) == 17
    assert default_samples(Data(train=np.zeros((30, 1)))) == 15
    assert default_samples(Data(train=np.zeros((30_000, 1)))) == 10_000
    assert default_samples(Data(train=np.zeros((1, 1)))) == 1


def test_the_baseline_uses_held_out_samples_and_then_the_rest():
    train, test = np.arange(30.0).reshape(30, 1), np.arange(100.0, 105.0).reshape(5, 1)

    real = RealSamples(Data(train=train, test=test), 12, seed=0)

    chosen, others = real.samples("chosen"), real.samples("others")
    assert len(chosen) == len(others) == 12
    assert set(others[:5, 0]) == set(test[:, 0])
    assert not np.isin(others, chosen).any()
    assert np.isin(others[5:], train).all()


@pytest.mark.parametrize(("count", "possible"), [(17, True), (18, False), (30, False), (40, False)])
def test_there_are_two_disjoint_sets_or_no_baseline(count, possible):
    real = RealSamples(Data(train=np.zeros((30, 1)), test=np.zeros((5, 1))), count, seed=0)

    assert real.has_others is possible
    assert len(real.samples("chosen")) == min(count, 30)


def test_labels_stay_with_their_samples():
    train, test = np.arange(30.0).reshape(30, 1), np.arange(100.0, 105.0).reshape(5, 1)
    data = Data(train=train, test=test, train_labels=np.arange(30), test_labels=np.arange(5))

    real = RealSamples(data, 12, seed=0)

    for part in ("chosen", "others", "train", "held-out"):
        np.testing.assert_array_equal(real.samples(part)[:, 0] % 100, real.labels(part))


def test_labels_of_training_samples_alone_are_not_used():
    real = RealSamples(Data(train=np.zeros((9, 1)), test=np.zeros((3, 1)), train_labels=np.zeros(9)), 2, seed=0)

    assert real.labels("chosen") is None


@pytest.mark.parametrize(("keep", "computed"), [(True, 1), (False, 2)])
def test_features_are_kept_between_evaluations(keep, computed):
    source = Source.of(Data(train=np.arange(30.0).reshape(30, 1)))
    calls = []

    def squared(samples, _=None):
        calls.append(len(samples))
        return samples**2

    view = View(description="squared", key="squared", of=squared, keep=keep)
    first, second = (RealFeatures(source, 5, seed=0).side("chosen", view) for _ in range(2))

    np.testing.assert_array_equal(first.features, second.features)
    np.testing.assert_array_equal(first.features, RealSamples(source.data, 5, seed=0).samples("chosen") ** 2)
    assert len(calls) == computed


def test_features_of_other_samples_are_kept_apart():
    source = Source.of(Data(train=np.arange(30.0).reshape(30, 1)))
    view = View(description="same", key="same", of=lambda samples, _=None: samples, keep=True)

    one, other = (RealFeatures(source, 5, seed=seed).side("chosen", view).features for seed in (0, 1))

    assert not np.array_equal(one, other)


def test_features_are_computed_once_in_an_evaluation():
    calls = []
    view = View(description="same", key="same", of=lambda samples, _=None: calls.append(1) or samples, keep=False)
    real = RealFeatures(Source.of(Data(train=np.zeros((30, 1)))), 5, seed=0)

    assert real.side("train", view).features is real.side("train", view).features
    assert len(calls) == 1
