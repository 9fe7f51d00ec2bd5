import numpy as np
import pytest
from ganreg_datasets.splits import draw_from_modes, draw_split, held_out_mask
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ganreg import Modes

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


def _normal(stream, count):
    return stream.normal(size=(count, 2))


@pytest.mark.parametrize(("samples", "held_out"), [(1, 1), (9, 1), (10, 1), (29, 2), (1000, 100)])
def test_the_held_out_part_has_a_tenth_as_many_and_at_least_one(samples, held_out):
    data = draw_split(_normal, samples, seed=0)

    assert (len(data.train), len(data.test)) == (samples, held_out)


def test_the_parts_come_from_the_seeds_stream_and_its_first_child():
    data = draw_split(_normal, 500, seed=7)

    np.testing.assert_array_equal(data.train, np.float32(np.random.default_rng(7).normal(size=(500, 2))))
    (child,) = np.random.SeedSequence(7).spawn(1)
    np.testing.assert_array_equal(data.test, np.float32(np.random.default_rng(child).normal(size=(50, 2))))


def test_the_held_out_part_does_not_depend_on_how_many_are_trained_on():
    few, many = draw_split(_normal, 100, seed=3), draw_split(_normal, 200, seed=3)

    np.testing.assert_array_equal(few.test, many.test[:10])


def test_modes_are_equally_likely_and_points_lie_around_them():
    modes = Modes(means=[[0.0, 0.0], [10.0, 0.0], [0.0, 20.0]], standard_deviation=0.5)

    points = draw_from_modes(modes, np.random.default_rng(0), 30_000)

    chosen = np.linalg.norm(points[:, None] - modes.means, axis=2).argmin(axis=1)
    # A mode's count is binomial(30,000, 1/3): 10,000 with a standard deviation of 82.
    assert np.abs(np.bincount(chosen, minlength=3) - 10_000).max() < 5 * 82
    np.testing.assert_allclose((points - modes.means[chosen]).std(axis=0), 0.5, rtol=0.02)
