"""How translations depend on their sources, against numbers worked out by hand."""

import numpy as np
import pytest

from ganreg.engine.health.reference import Reference
from ganreg.engine.health.source_use import source_use

RANDOM = np.random.default_rng(0)
REAL = RANDOM.normal(size=(400, 3)) * 2.0
UNIT = np.sqrt(np.square(REAL - REAL.mean(axis=0)).sum(axis=1).mean())
SOURCES = RANDOM.normal(size=(400, 3)) * 2.0


@pytest.fixture(scope="module")
def reference():
    return Reference(REAL)


def test_distances_are_in_units_of_the_real_samples(reference):
    made = SOURCES + np.array([3.0, 0.0, 4.0])
    use = source_use(reference, made, SOURCES, true=SOURCES + np.array([0.0, 10.0, 0.0]))
    assert use.change == pytest.approx(5.0 / UNIT)
    assert use.needed == pytest.approx(10.0 / UNIT)
    assert use.spread == pytest.approx(SOURCES.var(axis=0).sum() / UNIT**2)


def test_match_is_one_where_nothing_ties_a_translation_to_its_own_sample(reference):
    assert source_use(reference, SOURCES, SOURCES, true=SOURCES).match == 0.0
    unrelated = RANDOM.normal(size=SOURCES.shape) * 2.0
    own = np.linalg.norm(unrelated - REAL, axis=1).mean()
    other = np.linalg.norm(unrelated - np.roll(REAL, 1, axis=0), axis=1).mean()
    assert source_use(reference, unrelated, SOURCES, true=REAL).match == pytest.approx(own / other)
    assert own / other == pytest.approx(1.0, abs=0.05)


def test_spread_is_that_within_the_classes(reference):
    labels = np.arange(400) % 4
    centres = RANDOM.normal(size=(4, 3))
    assert source_use(reference, centres[labels], SOURCES, labels=labels).spread == pytest.approx(0.0, abs=1e-12)
    assert source_use(reference, centres[labels], SOURCES).spread == pytest.approx(centres.var(axis=0).sum() / UNIT**2)


def test_sources_of_another_shape_have_no_distance(reference):
    use = source_use(reference, SOURCES, SOURCES[:, :2], true=REAL)
    assert use.change is None
    assert use.needed is None
    assert use.match is not None
