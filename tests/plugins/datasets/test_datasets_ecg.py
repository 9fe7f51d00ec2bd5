"""The synthetic electrocardiograms, against what their formulas say."""

import numpy as np
import pytest
from ganreg_datasets.ecg import ECTOPIC, HERTZ, NORMAL, VALUE_RANGE, Ecg

import ganreg


@pytest.fixture(scope="module")
def data():
    return Ecg(samples=600).load()


def peaks(signal, least=0.6):
    """The places of the R waves: the largest values within a fifth of a second of each other."""
    found = []
    for place in np.flatnonzero(signal > least):
        if found and place - found[-1] < HERTZ // 5:
            found[-1] = place if signal[place] > signal[found[-1]] else found[-1]
        else:
            found.append(place)
    return np.array(found)


def test_defaults():
    assert Ecg().spec() == ganreg.DataSpec((256, 1), num_classes=2, value_range=VALUE_RANGE)
    assert ganreg.create("dataset", "ecg:length=100").spec().shape == (100, 1)


def test_samples_are_as_described(data):
    assert (data.train.shape, data.test.shape) == ((600, 256, 1), (60, 256, 1))
    assert data.spec == Ecg().spec()
    assert data.class_names == ("normal", "ectopic")
    assert VALUE_RANGE[0] < data.train.min() < -0.2
    assert 1.2 < data.train.max() < VALUE_RANGE[1]


def test_the_share_of_ectopic_signals_is_binomial(data):
    assert abs(data.train_labels.mean() - 0.3) < 5 * np.sqrt(0.3 * 0.7 / 600)
    assert set(Ecg(samples=20, ectopic_share=0).load().train_labels) == {0}
    assert set(Ecg(samples=20, ectopic_share=1).load().train_labels) == {1}


def test_normal_beats_come_regularly_at_the_rate(data):
    intervals = [np.diff(peaks(signal[:, 0])) / HERTZ for signal in data.train[data.train_labels == 0]]
    several = [each for each in intervals if len(each) > 1]

    assert len(several) > 100
    assert all(np.ptp(each) < 0.03 for each in several)  # a few values, from noise and rounding
    rates = 60 / np.concatenate(intervals)
    assert 70 < np.median(rates) < 78  # faster rates have more intervals within a signal
    assert 45 < rates.min() < rates.max() < 115


def test_an_ectopic_beat_comes_early_and_is_followed_by_a_pause():
    signals = Ecg(samples=200, ectopic_share=1, length=512).load().train[..., 0]
    early, after = [], []
    for signal in signals:
        places = peaks(signal)
        intervals = np.diff(places)
        shortest = int(np.argmin(intervals))
        if 0 < shortest < len(intervals) - 1:
            usual = intervals[0] if shortest > 1 else intervals[-1]
            early.append(intervals[shortest] / usual)
            after.append((intervals[shortest] + intervals[shortest + 1]) / usual)

    assert len(early) > 50
    assert 0.5 < np.median(early) < 0.8
    assert np.median(after) == pytest.approx(2.0, abs=0.05)  # the pause makes up for it


def test_classes_differ_in_the_width_of_their_waves(data):
    """The share of values above half a millivolt: a normal R wave is about three times as narrow."""
    wide = [(data.train[data.train_labels == label] > 0.5).mean() for label in (0, 1)]

    assert wide[1] > 1.5 * wide[0]
    assert max(wave.height for wave in ECTOPIC) > 1 < max(wave.height for wave in NORMAL)
    assert ECTOPIC[0].deviation > 2 * NORMAL[2].deviation


def test_the_seed_decides_and_the_parts_differ():
    first = Ecg(samples=20, seed=1).load()

    np.testing.assert_array_equal(first.train, Ecg(samples=20, seed=1).load().train)
    assert not np.array_equal(first.train, Ecg(samples=20, seed=2).load().train)
    assert not np.array_equal(first.test, first.train[:2])


@pytest.mark.parametrize("wrong", [{"length": 8}, {"samples": 0}, {"ectopic_share": 1.5}, {"seed": -1}])
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ganreg.SpecError, match=next(iter(wrong))):
        ganreg.create("dataset", "ecg", **wrong)
