import numpy as np
from ganreg_datasets.splits import held_out_mask
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

labels = hnp.arrays(np.int32, st.integers(1, 60), elements=st.integers(0, 4))


@given(labels, st.floats(0.0, 1.0, exclude_max=True), st.integers(0, 2**32))
def test_each_class_gives_its_share_and_keeps_a_sample(labels, share, seed):
    mask = held_out_mask(labels, share, seed)
    for label in np.unique(labels):
        size, held_out = (labels == label).sum(), mask[labels == label].sum()
        assert size * share - 1 < held_out <= size * share
        assert held_out < size


def test_which_samples_are_held_out_depends_on_the_seed():
    labels = np.zeros(100, int)
    assert np.array_equal(held_out_mask(labels, 0.5, 1), held_out_mask(labels, 0.5, 1))
    assert not np.array_equal(held_out_mask(labels, 0.5, 1), held_out_mask(labels, 0.5, 2))
