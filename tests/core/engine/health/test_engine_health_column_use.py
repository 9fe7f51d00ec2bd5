"""Columns of generated rows against those of real ones, on rows made by hand."""

import numpy as np
import pytest

from ganreg import Block
from ganreg.engine.health.column_use import ColumnReference, ColumnUse

BLOCKS = (
    Block("city", 3, one_hot=True, labels=("Rome", "Oslo", "")),
    Block("amount", 2, one_hot=True),  # 0 is a mode of its own
    Block("amount", 1),
    Block("age", 1),
)


def rows_of(cities, spikes, places, ages):
    """Rows from the indices of cities, whether the amount is 0, its place otherwise, and ages."""
    rows = np.full((len(cities), 7), -1.0, np.float32)
    rows[np.arange(len(cities)), cities] = 1.0
    rows[np.arange(len(cities)), 3 + (~np.asarray(spikes)).astype(int)] = 1.0
    rows[:, 5] = np.where(spikes, 0.0, places)
    rows[:, 6] = ages
    return rows


def drawn(count, seed, *, cities=(0.6, 0.37, 0.03), spike=0.9):
    stream = np.random.default_rng(seed)
    return {
        "cities": stream.choice(3, count, p=cities),
        "spikes": stream.random(count) < spike,
        "places": stream.uniform(-1, 1, count),
        "ages": stream.normal(0, 0.3, count),
    }


REAL = rows_of(**drawn(3000, 0))


@pytest.fixture(scope="module")
def reference():
    return ColumnReference(REAL, BLOCKS)


def use_of(reference, **planted):
    return reference.compare(rows_of(**drawn(1000, 1) | planted))


def test_rows_from_the_same_distribution_lack_nothing(reference):
    for seed in range(30):
        assert reference.compare(rows_of(**drawn(1000, seed))) == ColumnUse()


ONES = np.ones(1000, bool)


@pytest.mark.parametrize(
    ("planted", "swallowed", "missing"),
    [
        ({"cities": np.zeros(1000, int)}, ("'city' (Rome)",), ()),
        ({"cities": np.full(1000, 2)}, ("'city' (empty)",), ()),
        ({"spikes": ONES}, ("'amount'",), ()),
        ({"ages": np.full(1000, 0.1)}, ("'age'",), ()),
        ({"ages": 0.001 * drawn(1000, 1)["ages"]}, ("'age'",), ()),
        ({"cities": np.arange(1000) % 2}, (), ("'empty' of 'city'",)),
        ({"cities": 2 * (np.arange(1000) % 2)}, (), ("'Oslo' of 'city'",)),
        ({"spikes": ~ONES}, (), ()),  # all in one mode, but with different values
        ({"spikes": ~ONES, "places": np.full(1000, 0.5)}, ("'amount'",), ()),
    ],
)
def test_what_is_planted_is_seen(reference, planted, swallowed, missing):
    assert use_of(reference, **planted) == ColumnUse(swallowed, missing)


def test_too_few_rows_say_nothing_about_rare_categories(reference):
    assert reference.compare(rows_of(**drawn(300, 1, cities=(0.6, 0.4, 0.0)))) == ColumnUse()


def test_a_column_that_is_nearly_constant_in_real_rows_may_be_constant():
    real = ColumnReference(rows_of(**drawn(3000, 0, spike=0.995)), BLOCKS)

    assert real.compare(rows_of(**drawn(1000, 1) | {"spikes": ONES})) == ColumnUse()


def test_categories_without_names_are_not_missed():
    blocks = (Block("city", 3, one_hot=True), *BLOCKS[1:])

    assert use_of(ColumnReference(REAL, blocks), cities=np.arange(1000) % 2) == ColumnUse()
