"""Training by sampling: which rows and classes are drawn, exactly how often, and from what."""

import numpy as np
import pytest
from scipy import stats

import ganreg
from ganreg.data.condition_batches import ConditionBatches
from ganreg.data.conditions import Conditions

COUNTS = ((700, 90, 9, 1), (0, 500, 300))
"""How often each category of two columns occurs in 800 rows; one does not occur."""
BLOCKS = tuple(ganreg.Block(name, len(counts), one_hot=True) for name, counts in zip("ab", COUNTS, strict=True))


@pytest.fixture(scope="module")
def rows():
    """800 rows whose columns are independent."""
    stream = np.random.default_rng(5)
    columns = [stream.permutation(np.repeat(np.arange(len(counts)), counts)) for counts in COUNTS]
    parts = [2 * np.eye(len(counts))[column] - 1 for counts, column in zip(COUNTS, columns, strict=True)]
    return np.concatenate(parts, axis=1).astype(np.float32)


def batches(rows, *, pack=1, seed=0, batch_size=40):
    return ConditionBatches(rows, Conditions.of(BLOCKS, ["a", "b"]), batch_size=batch_size, seed=seed, pack=pack)


def test_draws_columns_evenly_categories_by_log_frequency_and_rows_evenly(rows):
    chosen, classes = batches(rows).rows(0, 2000)
    expected = np.concatenate([np.log1p(counts) / np.log1p(counts).sum() / 2 for counts in map(np.array, COUNTS)])
    seen = np.bincount(classes.ravel(), minlength=7)
    assert seen[4] == 0
    drawable = expected > 0
    assert stats.chisquare(seen[drawable], expected[drawable] * classes.size).pvalue > 1e-3
    of_nine = chosen[classes == 2]
    assert len(set(of_nine)) == 9
    assert stats.chisquare(np.unique(of_nine, return_counts=True)[1]).pvalue > 1e-3


def test_each_row_belongs_to_its_class(rows):
    taken = batches(rows).take(3, 50)
    real, labels = taken["real"].reshape(-1, 7), taken["labels"].ravel()
    assert (real[np.arange(len(real)), labels] == 1).all()
    assert taken["labels"].dtype == np.int32


def test_packs_share_their_class_but_not_their_rows(rows):
    chosen, classes = batches(rows, pack=10).rows(0, 200)
    packs = classes.reshape(-1, 10)
    assert (packs == packs[:, :1]).all()
    assert len(set(packs[:, 0])) == 6
    of_many = chosen.reshape(-1, 10)[packs[:, 0] == 0]
    assert np.mean([len(set(pack)) for pack in of_many]) > 9.5


def test_a_batch_depends_on_the_seed_and_its_number_only(rows):
    whole = batches(rows).take(0, 30)
    again = batches(rows).take(17, 5)
    np.testing.assert_array_equal(whole["real"][17:22], again["real"])
    np.testing.assert_array_equal(whole["labels"][17:22], again["labels"])
    assert (batches(rows, seed=1).take(0, 30)["labels"] != whole["labels"]).any()
    assert (whole["labels"][0] != whole["labels"][1]).any()


def test_labels_count_each_class_as_often_as_its_column_is_drawn_and_it_occurs(rows):
    made = batches(rows)
    shares = np.bincount(made.labels.ravel()) / made.labels.size
    np.testing.assert_allclose(shares, np.concatenate([np.array(counts) / 1600 for counts in COUNTS]))
    assert made.per_epoch == 20


def test_refuses_batches_of_incomplete_packs(rows):
    with pytest.raises(ganreg.DataError, match=r"must be a multiple of 3, .* got 40; use 39"):
        batches(rows, pack=3)
