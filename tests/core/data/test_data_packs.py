"""Packs of samples of one class."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ganreg
from ganreg.data.batches import ArrayBatches
from ganreg.data.packs import Packs, refuse_batch_size


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.integers(2, 7), st.integers(0, 3))
def test_packs_hold_one_class_and_every_sample_occurs(labels, size, seed):
    labels, draw = np.array(labels), np.random.default_rng(seed)
    packs = Packs(labels, size)
    arranged = packs.arranged(draw.permutation(len(labels)), draw.permutation(packs.number))
    of_packs = labels[arranged].reshape(-1, size)
    assert (of_packs == of_packs[:, :1]).all()
    counts = np.bincount(arranged, minlength=len(labels))
    assert counts.min() >= 1
    for one in np.unique(labels):
        own = counts[labels == one]
        assert own.sum() == -(-len(own) // size) * size
        assert own.max() - own.min() <= 1


def test_batches_of_labelled_samples_consist_of_packs():
    labels = np.array([0] * 7 + [1] * 30 + [2] * 1, np.int32)
    samples = np.arange(38, dtype=np.float32)[:, np.newaxis]
    made = ArrayBatches(samples, labels, batch_size=8, seed=0, pack=4)
    assert made.per_epoch == 5  # 2 + 8 + 1 packs, in batches of 2
    taken = made.take(0, 20)
    packs = taken["labels"].reshape(-1, 4)
    assert (packs == packs[:, :1]).all()
    np.testing.assert_array_equal(labels[taken["real"][..., 0].astype(int)], taken["labels"])
    np.testing.assert_array_equal(made.take(7, 2)["real"], taken["real"][7:9])
    assert (taken["real"][:5] != taken["real"][5:10]).any()


@pytest.mark.parametrize(
    ("size", "message"),
    [
        (0, "at least 1, got 0"),
        (2.5, "a whole number, got 2.5"),
        (12, "more than the 9 rows; use 9 or less"),
        (7, r"a multiple of 3, .* got 7; use 6"),
    ],
)
def test_refuses(size, message):
    with pytest.raises(ganreg.DataError, match=message):
        refuse_batch_size(size, 9, "rows", pack=3)
