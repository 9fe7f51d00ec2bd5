"""Comparing generated samples with real ones, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from ganreg.engine.health.reference import Reference


def ring(count, modes=range(8), deviation=0.02, seed=0):
    stream = np.random.default_rng(seed)
    angles = 2 * np.pi * stream.choice(list(modes), count) / 8
    centres = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return (centres + deviation * stream.normal(size=(count, 2))).astype(np.float32)


@pytest.fixture(scope="module")
def reference():
    return Reference(ring(1000))


def test_same_distribution_differs_in_nothing(reference):
    same = reference.compare(ring(1000, seed=1))
    assert same.spread == pytest.approx(1.0, abs=0.02)
    assert same.offset < 0.1
    assert same.missing == 0.0
    assert same.distance < 0.02


@pytest.mark.parametrize("found", [1, 2, 4, 6])
def test_modes_that_are_missing_are_counted(reference, found):
    assert reference.compare(ring(1000, range(found), seed=1)).missing == pytest.approx(1 - found / 8, abs=0.05)


def test_samples_off_the_modes_miss_nothing(reference):
    """As an unfinished generator's are: round each mode, wider or beside it."""
    blurred = reference.compare(0.9 * ring(1000, deviation=0.1, seed=1))
    assert blurred.missing == 0.0
    assert blurred.distance < 0.1


def test_one_point_has_no_spread(reference):
    point = reference.compare(np.full((500, 2), 0.7, np.float32))
    assert point.spread == pytest.approx(0.0, abs=1e-9)
    assert point.offset == pytest.approx(0.7 * np.sqrt(2), abs=0.05)
    assert point.missing > 0.8


def test_samples_far_away_have_nothing_in_common(reference):
    far = reference.compare(1e6 + ring(500))
    assert far.distance == pytest.approx(1.0, abs=1e-3)
    assert far.offset > 1e5


def test_energy_distance_is_the_formula():
    """Two normal distributions in one dimension, against Székely & Rizzo's expectation by a large sample."""
    stream = np.random.default_rng(0)
    real, fake = stream.normal(size=(1000, 1)), 2 + stream.normal(size=(300, 1))
    unit = real.std()
    across = np.abs(fake - real[:300].T).mean() / unit
    among = [np.abs(x - x.T).sum() / (len(x) * (len(x) - 1)) / unit for x in (real[:300], fake)]
    expected = (2 * across - sum(among)) / (2 * across)
    assert Reference(real).compare(fake).distance == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("factor", [1e-3, 1.0, 1e4])
def test_units_do_not_matter(factor):
    real, fake = ring(600), 1.2 * ring(400, seed=1)
    plain, scaled = Reference(real).compare(fake), Reference(factor * real).compare(factor * fake)
    assert scaled.spread == pytest.approx(plain.spread, rel=1e-3)
    assert scaled.distance == pytest.approx(plain.distance, abs=1e-4)


def test_columns_have_units_of_their_own():
    stream = np.random.default_rng(0)
    real = stream.normal(size=(500, 2)) * [1.0, 1000.0]
    fake = stream.normal(size=(500, 2)) * [0.0, 1000.0]
    assert Reference(real, each_feature=True).compare(fake).spread == pytest.approx(0.5, abs=0.1)
    assert Reference(real).compare(fake).spread == pytest.approx(1.0, abs=0.1)


def test_large_samples_are_projected():
    stream = np.random.default_rng(0)
    real, fake = stream.normal(size=(2, 300, 28, 28, 1))
    compared = Reference(real).compare(fake)
    assert compared.spread == pytest.approx(1.0, abs=0.05)
    assert compared.distance < 0.02
    assert Reference(real).compare(3 * fake).spread == pytest.approx(9.0, rel=0.05)


@pytest.mark.parametrize("value", [0.0, 0.1, -3e4])
def test_constant_data_is_seen(value):
    reference = Reference(np.full((100, 3), value, np.float32))
    assert reference.is_constant
    assert np.isfinite(reference.compare(np.zeros((10, 3))).distance)
    assert not Reference(ring(100) * 1e-6).is_constant


def test_one_real_sample_is_no_error():
    assert Reference(np.ones((1, 2))).is_constant
