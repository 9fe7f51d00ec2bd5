import numpy as np
import pytest
from ganreg_metrics import distances
from ganreg_metrics.precision_recall import PrecisionRecall
from hypothesis import given, settings
from hypothesis import strategies as st

import ganreg


def apart(x, y):
    return np.linalg.norm(x[:, None] - y[None], axis=2)


def radii(x, k):
    return np.sort(apart(x, x), axis=1)[:, k]


def precision_recall(real, fake, k):
    """The paper's definition on whole matrices."""
    between = apart(real, fake)
    precision = (between <= radii(real, k)[:, None]).any(axis=0).mean()
    recall = (between <= radii(fake, k)[None]).any(axis=1).mean()
    return precision, recall


def main_values(real, fake, **fields):
    return tuple(PrecisionRecall(**fields).compute(real, fake).values())[:2]


@given(st.integers(0, 2**16), st.integers(1, 6), st.integers(7, 50), st.integers(7, 50), st.floats(0, 3))
@settings(max_examples=50, deadline=None)
def test_equals_the_definition_on_whole_matrices(seed, k, reals, fakes, shift):
    stream = np.random.default_rng(seed)
    real, fake = stream.normal(size=(reals, 3)), stream.normal(shift, 1.0, size=(fakes, 3))
    assert main_values(real, fake, neighbours=k) == pytest.approx(precision_recall(real, fake, k))


@pytest.mark.parametrize("block", [5, 64])
def test_blocks_change_nothing(block, monkeypatch):
    stream = np.random.default_rng(0)
    real, fake = stream.normal(size=(90, 4)), stream.normal(0.5, 1.0, size=(70, 4))
    whole = PrecisionRecall().compute(real, fake)
    for function in (distances.distance_blocks, distances.nearest_squared):
        monkeypatch.setitem(function.__kwdefaults__, "block", block)
    assert PrecisionRecall().compute(real, fake) == whole


def test_the_default_is_the_papers():
    assert PrecisionRecall().neighbours == 3


@pytest.mark.parametrize("features", [1, 2, 100])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_a_set_and_itself(features, scale):
    real = scale * np.random.default_rng(0).normal(size=(200, features)) + 5.0
    assert main_values(real, real.copy()) == pytest.approx((1.0, 1.0))


def test_sets_far_apart():
    real = np.random.default_rng(0).normal(size=(50, 2))
    assert main_values(real, real + 1000) == (0.0, 0.0)


def test_fakes_in_one_of_two_clusters_are_precise_but_miss_reals():
    stream = np.random.default_rng(0)
    near, far = stream.normal(size=(200, 2)), stream.normal(1000.0, 1.0, size=(200, 2))
    precision, recall = main_values(np.concatenate([near, far]), stream.normal(size=(200, 2)))
    assert precision > 0.9
    assert recall == pytest.approx(0.5, abs=0.05)


def test_swapping_the_sets_swaps_the_values():
    stream = np.random.default_rng(0)
    real, fake = stream.normal(size=(40, 3)), stream.normal(0.5, 2.0, size=(30, 3))
    assert main_values(fake, real) == pytest.approx(main_values(real, fake)[::-1])


@pytest.mark.parametrize("place", [0.0, 0.1])
def test_points_are_within_balls_of_no_size(place):
    """All in one place: a ball's surface is part of it."""
    same = np.full((20, 3), place)
    assert main_values(same, same) == (1.0, 1.0)
    assert main_values(same, same + 1.0) == (0.0, 0.0)


def test_errors_are_those_of_shares():
    stream = np.random.default_rng(0)
    value = PrecisionRecall(bootstrap=2000).compute(
        stream.normal(size=(300, 2)), stream.normal(1.0, 1.0, size=(200, 2))
    )
    for name, count in [("precision", 200), ("recall", 300)]:
        share = value[name]
        assert value[f"{name}_error"] == pytest.approx((share * (1 - share) / count) ** 0.5, rel=0.1)


@given(st.integers(0, 2**16), st.floats(-1e3, 1e3))
@settings(max_examples=20, deadline=None)
def test_indifferent_to_moves_turns_and_order(seed, move):
    stream = np.random.default_rng(seed)
    real, fake = stream.normal(size=(40, 3)), stream.normal(0.5, 1.0, size=(30, 3))
    turn = np.linalg.qr(stream.normal(size=(3, 3)))[0]
    value = main_values(real, fake)
    assert main_values(real + move, fake + move) == pytest.approx(value)
    assert main_values(real @ turn, fake @ turn) == pytest.approx(value)
    assert main_values(stream.permutation(real), stream.permutation(fake)) == pytest.approx(value)


def test_fewer_samples_than_neighbours_are_refused():
    samples = np.random.default_rng(0).normal(size=(20, 2))
    with pytest.raises(ganreg.DataError, match=r"3 real samples are too few; it needs at least \d \(each needs \d"):
        PrecisionRecall().compute(samples[:3], samples)
