"""Small charts of losses."""

from __future__ import annotations

import pytest

from ganreg.display.curves import loss_curves


def points(curve):
    return [tuple(map(float, pair.split(","))) for pair in curve.points.split()]


def test_values_are_scaled_to_the_chart():
    drawn = loss_curves(
        [10, 20, 30], {"discriminator_loss": [0, 1, 2], "generator_loss": [2, 2, 2], "other": [9, 9, 9]}
    )

    discriminator, generator = drawn.curves
    assert points(discriminator) == [(0, 118), (160, 60), (320, 2)]
    assert points(generator) == [(0, 2), (160, 2), (320, 2)]
    assert (discriminator.name, discriminator.last) == ("D loss", "2")
    assert drawn.label == "losses from iteration 10 to 30"


def test_gaps_are_left_out_and_points_are_few():
    values = [None if row % 2 else float(row) for row in range(2000)]

    (curve,) = loss_curves(list(range(2000)), {"generator_loss": values}).curves

    assert len(points(curve)) <= 160
    assert points(curve)[-1][0] == 320


def test_a_few_outliers_do_not_flatten_the_rest():
    values = [float(row % 7) for row in range(200)]
    values[7] = 1e6

    (curve,) = loss_curves(list(range(200)), {"discriminator_loss": values}).curves

    assert min(y for _, y in points(curve)) == 2
    assert len({y for _, y in points(curve)}) == 7


@pytest.mark.parametrize("values", [{}, {"generator_loss": [1.0]}, {"generator_loss": [None]}, {"other": [1.0]}])
def test_too_few_values_make_no_chart(values):
    assert loss_curves([1], values) is None


def test_large_and_equal_values_have_a_place():
    (curve,) = loss_curves([1, 2, 3], {"generator_loss": [-1.7e308, 0.0, 1.7e308]}).curves
    assert points(curve) == [(0, 118), (160, 60), (320, 2)]
    (curve,) = loss_curves([1, 1], {"generator_loss": [3.0, 3.0]}).curves
    assert points(curve) == [(160, 60), (160, 60)]
