"""Which data the augmentations of images refuse or warn of."""

import pytest
from ganreg_regularizers.image_checks import image_problems

import ganreg


def _problems(shape, value_range=None, color=True):
    return list(image_problems("mine", ganreg.DataSpec(shape, value_range=value_range), color=color))


@pytest.mark.parametrize("shape", [(2,), (5, 3), (4, 4, 4, 1)], ids=str)
@pytest.mark.parametrize("color", [True, False])
def test_samples_that_are_not_images_are_refused(shape, color):
    (problem,) = _problems(shape, color=color)
    assert problem.severity == "error"
    assert problem.message == f"mine augments images, but the samples have the shape {shape}"
    assert "leave mine out" in problem.hint


def test_the_suggested_augmentation_of_other_samples_accepts_them():
    (problem,) = _problems((2,))
    name = problem.hint.partition("-r ")[2].partition(",")[0]
    gan = ganreg.assemble(
        generator="mlp:widths=(4,)", discriminator="mlp:widths=(4,)", regularizers=[name], data=ganreg.DataSpec((2,))
    )
    assert [regularizer.__class__.__name__ for regularizer in gan.assembly.regularizers] == ["InstanceNoise"]


@pytest.mark.parametrize("value_range", [None, (0.0, 1.0), (-1.0, 2.0)], ids=str)
def test_colours_of_another_range_are_warned_of(value_range):
    (problem,) = _problems((8, 8, 3), value_range)
    assert problem.severity == "warning"
    assert str(value_range) in problem.message
    assert _problems((8, 8, 3), value_range, color=False) == []


@pytest.mark.parametrize("channels", [1, 3])
def test_images_of_the_expected_range_are_accepted(channels):
    assert _problems((8, 8, channels), (-1.0, 1.0)) == []
