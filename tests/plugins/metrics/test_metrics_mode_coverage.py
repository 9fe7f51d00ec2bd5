import doctest

import ganreg_metrics.mode_coverage
import numpy as np
import pytest
from ganreg_metrics.mode_coverage import ModeCoverage

import ganreg


class Known(ganreg.Dataset):
    def modes(self):
        return ganreg.Modes(means=[[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0]], standard_deviation=1.0)


class Unknown(ganreg.Dataset):
    pass


def evaluate(samples, **fields):
    return ModeCoverage(**fields).for_data(Known()).compute(None, np.array(samples, dtype=float))


def test_the_documented_example():
    assert doctest.testmod(ganreg_metrics.mode_coverage, extraglobs={"Modes": ganreg.Modes}).failed == 0


def test_counted_by_hand():
    """Five within three deviations of a mode, in the shares 3/5, 1/5, 1/5, 0; one between all."""
    value = evaluate([[0, 0], [0, 2.9], [-3.0, 0], [10, 1], [2, 9], [5, 5]])
    assert value["modes"] == 3.0
    assert value["high_quality"] == pytest.approx(5 / 6)
    expected = 0.6 * np.log(4 * 0.6) + 2 * 0.2 * np.log(4 * 0.2)
    assert value["reverse_kl"] == pytest.approx(expected, rel=1e-12)


def test_even_shares_diverge_by_nothing_and_one_mode_by_the_most():
    even = np.tile(Known().modes().means, (5, 1))
    assert evaluate(even)["reverse_kl"] == pytest.approx(0.0, abs=1e-12)
    collapsed = evaluate(np.zeros((10, 2)))
    assert (collapsed["modes"], collapsed["high_quality"]) == (1.0, 1.0)
    assert collapsed["reverse_kl"] == pytest.approx(np.log(4))


def test_no_sample_of_high_quality_is_the_worst():
    value = evaluate(np.full((10, 2), 100.0))
    assert (value["modes"], value["high_quality"]) == (0.0, 0.0)
    assert value["reverse_kl"] == pytest.approx(np.log(4))


def test_what_counts_as_near_is_a_field():
    assert evaluate([[0.0, 4.0]] * 4)["high_quality"] == 0.0
    assert evaluate([[0.0, 4.0]] * 4, deviations=4.0)["high_quality"] == 1.0


def test_a_perfect_sampler_has_the_quality_that_the_paper_names():
    ring = ganreg.create("dataset", "ring", samples=50_000)
    value = ganreg.create("metric", "mode-coverage").for_data(ring).compute(None, ring.load().train)
    assert value["modes"] == 8.0
    assert value["high_quality"] == pytest.approx(1 - np.exp(-4.5), abs=5 * value["high_quality_error"])
    assert value["reverse_kl"] < 1e-3
    assert value["high_quality_error"] == pytest.approx((0.0111 * 0.9889 / 50_000) ** 0.5, rel=0.3)


def test_data_that_does_not_know_its_modes_is_refused():
    with pytest.raises(ganreg.DataError, match="Unknown does not know its modes"):
        ModeCoverage().for_data(Unknown())


def test_unbound_it_says_how_to_bind_it():
    with pytest.raises(ganreg.DataError, match=r"for_data\(dataset\)"):
        ModeCoverage().compute(np.zeros((10, 2)), np.zeros((10, 2)))


def test_features_instead_of_samples_are_refused():
    with pytest.raises(ganreg.DataError, match="samples have 3 values, but the modes have 2; it evaluates the samples"):
        evaluate(np.zeros((10, 3)))


def test_fewer_samples_than_modes_are_refused():
    with pytest.raises(ganreg.DataError, match="3 generated samples are too few; it needs at least 4"):
        evaluate(np.zeros((3, 2)))


class OfChannels(ganreg.Dataset):
    """Of two channels with two classes each."""

    def spec(self):
        return ganreg.DataSpec((4, 4, 2), num_classes=4)

    def channel_data(self):
        return Known()


def test_combinations_of_classes_are_modes_by_what_a_classifier_finds_likeliest():
    """Four of the first, two of the second and two of the last: shares 1/2, 1/4, 0, 1/4."""
    metric = ModeCoverage().for_data(OfChannels())
    assert (metric.looks_at, ModeCoverage().for_data(Known()).looks_at) == ("probabilities", "samples")
    answers = np.full((8, 4), 0.2)
    answers[np.arange(8), [0, 0, 0, 0, 1, 1, 3, 3]] = 0.4
    value = metric.compute(None, answers)
    assert set(value) == {"modes", "reverse_kl", "modes_error", "reverse_kl_error"}
    assert value["modes"] == 3.0
    assert value["reverse_kl"] == pytest.approx(0.5 * np.log(2.0), rel=1e-12)


def test_a_classifier_of_other_classes():
    metric = ModeCoverage().for_data(OfChannels())
    with pytest.raises(ganreg.DataError, match="has 3 classes, but the data has 4"):
        metric.compute(None, np.full((8, 3), 1 / 3))
    with pytest.raises(ganreg.DataError, match="3 generated samples are too few; it needs at least 4"):
        metric.compute(None, np.full((3, 4), 0.25))
