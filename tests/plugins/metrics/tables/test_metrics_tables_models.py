"""Models for the columns of tables: what they learn from numbers, categories and gaps."""

import numpy as np
import pytest
from ganreg_metrics.tables.models import Learner, one_thread

from ganreg import Column


@pytest.fixture(autouse=True)
def one():
    """Many threads are slow on a busy machine."""
    with one_thread():
        yield


INPUTS = (Column("x"), Column("k", "category", tuple("abc")))


def inputs(seed, count=400):
    stream = np.random.default_rng(seed)
    rows = np.stack([stream.normal(size=count), stream.integers(0, 3, count)], axis=1)
    target = (rows[:, 1] == 1).astype(int)  # b, between a and c: no threshold of a number divides them
    rows[stream.random(count) < 0.1, 0] = np.nan
    return rows, target


@pytest.mark.parametrize("kind", ["boosting", "linear"])
def test_categories_are_no_numbers(kind):
    rows, target = inputs(1)
    model = Learner(kind, INPUTS, 0).classifier(rows, target)

    test_rows, truth = inputs(2)
    assert (model.predict(test_rows) == truth).all()


@pytest.mark.parametrize("kind", ["boosting", "linear"])
def test_numbers_are_predicted(kind):
    rows, _ = inputs(1)
    rows = rows[~np.isnan(rows[:, 0])]
    model = Learner(kind, INPUTS, 0).regressor(rows, 2 * rows[:, 0] + rows[:, 1])

    predicted = model.predict(np.array([[0.5, 0], [0.5, 2]]))
    assert predicted == pytest.approx([1.0, 3.0], abs=0.3)


@pytest.mark.parametrize("kind", ["boosting", "linear"])
def test_many_categories_are_taken(kind):
    columns = (Column("k", "category", tuple(map(str, range(400)))),)
    codes = np.random.default_rng(0).integers(0, 400, 200)

    model = Learner(kind, columns, 0).classifier(codes[:, None].astype(float), (codes > 200).astype(int))
    assert (model.predict(codes[:, None].astype(float)) == (codes > 200)).mean() > 0.9
