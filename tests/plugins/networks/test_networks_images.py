import keras
import numpy as np
import pytest
from ganreg_networks.images import COARSEST, first_weights, image_problems, widths_of
from hypothesis import given, settings
from hypothesis import strategies as st

from ganreg import DataSpec


@given(st.integers(1, 64), st.integers(1, 64), st.integers(1, 512))
@settings(deadline=None)
def test_channels_double_at_each_halving_up_to_the_maximum(quarter, width, max_width):
    side = 4 * quarter

    widths = widths_of(side, width, max_width)

    assert len(widths) >= 2
    assert side % 2 ** len(widths) == 0
    assert widths[0] == min(width, max_width)
    assert widths[1:] == [min(2 * finer, max_width) for finer in widths[:-1]]


@given(st.integers(1, 64))
@settings(deadline=None)
def test_halving_stops_where_no_whole_side_of_4_remains(quarter):
    coarsest = 4 * quarter / 2 ** len(widths_of(4 * quarter, 1, 1))

    assert coarsest == quarter or coarsest >= COARSEST  # at least two halvings
    assert coarsest / 2 < COARSEST or coarsest % 2


@pytest.mark.parametrize("shape", [(2,), (28, 28), (8, 12, 1), (10, 10, 3), (2, 2, 1), (8, 8, 8, 1)])
def test_other_samples_are_refused_with_a_hint_for_their_kind(shape):
    (problem,) = image_problems("discriminator dcgan", DataSpec(shape))

    assert (problem.severity, str(shape) in problem.message) == ("error", True)
    assert problem.hint == "use discriminator mlp, or resize the images"


@pytest.mark.parametrize("shape", [(4, 4, 1), (28, 28, 1), (64, 64, 3)])
def test_square_images_with_a_side_divisible_by_4_fit(shape):
    assert list(image_problems("generator dcgan", DataSpec(shape))) == []


@pytest.mark.parametrize(("deviation", "expected"), [(0.02, 0.02), (None, (2 / 200) ** 0.5)])
def test_initial_weights_have_the_given_deviation_or_hes(deviation, expected):
    weights = first_weights(deviation)((200, 300))

    assert np.std(weights) == pytest.approx(expected, rel=0.02)


def test_each_layer_draws_weights_of_its_own():
    one, other = (keras.ops.convert_to_numpy(first_weights(0.02)((4, 4))) for _ in range(2))

    assert not np.array_equal(one, other)
