import itertools

import pytest
from ganreg_networks.grids import COARSEST
from ganreg_networks.images import exact_pyramid, image_problems
from hypothesis import given, settings
from hypothesis import strategies as st

from ganreg import DataSpec


@given(st.integers(1, 64), st.integers(1, 64))
@settings(deadline=None)
def test_sides_are_halved_exactly_until_one_is_odd_or_about_four(first, second):
    maps = exact_pyramid((4 * first, 4 * second, 3))

    assert maps[0] == (4 * first, 4 * second)
    assert len(maps) >= 3
    for fine, coarse in itertools.pairwise(maps):
        assert fine == tuple(2 * side for side in coarse)
    assert min(maps[-1]) >= COARSEST or len(maps) == 3
    assert any(side % 2 for side in maps[-1]) or min(maps[-1]) < 2 * COARSEST


@pytest.mark.parametrize(
    ("shape", "hint"),
    [
        ((2,), "use discriminator mlp"),
        ((100, 1), "use discriminator dcgan or resnet, which take images of any size, signals and volumes"),
        ((8, 8, 8, 1), "use discriminator dcgan or resnet, which take images of any size, signals and volumes"),
        (
            (10, 12, 3),
            "use discriminator dcgan or resnet, which take images of any size, signals and volumes; "
            "or crop, pad or resize the images",
        ),
    ],
)
def test_other_samples_are_refused_with_a_hint_for_their_kind(shape, hint):
    (problem,) = image_problems("discriminator style", DataSpec(shape))

    assert (problem.severity, str(shape) in problem.message) == ("error", True)
    assert problem.hint == hint


@pytest.mark.parametrize("shape", [(4, 4, 1), (28, 28, 1), (64, 64, 3), (48, 64, 3), (8, 12, 1)])
def test_images_with_sides_divisible_by_4_fit(shape):
    assert list(image_problems("generator style", DataSpec(shape))) == []
