"""Tables of every kind of column, and their metrics."""

import numpy as np
import pytest

import ganreg
from ganreg import Column

COLUMNS = (
    Column("height"),
    Column("seen", "date"),
    Column("city", "category", ("Bern", "Oslo", "Rome")),
    Column("ill", "category", ("no", "yes"), is_class=True),
)


def rows_of(count, seed):
    """Numbers that correlate, categories that depend on them, a rare class, and missing values in two columns."""
    stream = np.random.default_rng(seed)
    height = stream.normal(size=count)
    seen = 1e9 + 1e6 * (height + stream.normal(size=count))
    city = np.digitize(height + stream.normal(size=count), [-0.5, 1.0]).astype(float)
    ill = (height + 0.3 * stream.normal(size=count) > 1.2).astype(float)
    seen[stream.random(count) < 0.1] = np.nan
    city[stream.random(count) < 0.05] = np.nan
    return np.stack([height, seen, city, ill], axis=1)


def permuted(rows, seed=0):
    """The same columns, each in an order of its own."""
    stream = np.random.default_rng(seed)
    return np.stack([stream.permutation(column) for column in rows.T], axis=1)


@pytest.fixture(scope="session")
def columns():
    """What the columns hold."""
    return COLUMNS


@pytest.fixture(scope="session")
def rows():
    """Draws rows: `rows(100, seed=1)`."""
    return rows_of


@pytest.fixture(scope="session")
def shuffled():
    """Destroys all dependence between columns."""
    return permuted


@pytest.fixture(scope="session")
def make():
    """Makes a metric for the columns: `make("table-fidelity", bins=5)`."""

    def made(name, columns=COLUMNS, **parameters):
        return ganreg.create("metric", name, **parameters).for_columns(columns)

    return made
