"""Samples keep the data's own range outside, and are within -1..1 for networks."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

import ganreg
from ganreg.data.ranges import (
    bytes_in,
    recognised_range,
    refuse_out_of_range,
    to_float,
    to_network_range,
    to_own_range,
)


def test_bytes_as_numbers():
    np.testing.assert_allclose(to_float(np.array([0, 51, 255], np.uint8)), [-1.0, -0.6, 1.0], atol=1e-6)
    floats = np.array([0.5], np.float32)
    assert to_float(floats) is floats


@pytest.mark.parametrize(("excess", "refused"), [(0.001, False), (0.003, True)])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_range_may_be_left_by_a_thousandth_of_its_width(excess, refused, side):
    """The range -1..1 is 2 wide."""
    samples = np.array([[side * (1 + excess)]], np.float32)
    if refused:
        with pytest.raises(ganreg.DataError, match=r"but must stay in -1\.\.1"):
            refuse_out_of_range(samples, (-1.0, 1.0))
    else:
        refuse_out_of_range(samples, (-1.0, 1.0))
    refuse_out_of_range(samples * 1e9, None)


RANGES = st.tuples(st.floats(-1e4, 1e4), st.floats(1e-2, 1e4)).map(lambda pair: (pair[0], pair[0] + pair[1]))
SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=9).map(np.array)


@given(RANGES, SHARES)
def test_networks_see_the_place_of_a_value_in_its_range(value_range, shares):
    least, greatest = value_range
    own = (least + shares * (greatest - least)).astype(np.float32)
    seen = to_network_range(own, value_range)
    rounding = 1e-6 * (1 + max(map(abs, value_range)) / (greatest - least))
    np.testing.assert_allclose(seen, 2 * shares - 1, atol=rounding)
    assert seen.dtype == to_own_range(seen, value_range).dtype == np.float32
    np.testing.assert_allclose(to_own_range(seen, value_range), own, atol=rounding * (greatest - least))


@given(RANGES)
def test_bytes_are_seen_alike_whatever_range_they_stand_for(value_range):
    pixels = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(to_network_range(pixels, value_range), to_float(pixels))
    scaled = bytes_in(value_range, pixels)
    least, greatest = value_range
    np.testing.assert_allclose(scaled, np.linspace(least, greatest, 256), rtol=1e-5, atol=1e-5 * (greatest - least))


@pytest.mark.parametrize("value_range", [None, (-1.0, 1.0)])
def test_what_networks_see_already_is_left_alone(value_range):
    samples = np.array([0.25], np.float32)
    assert to_network_range(samples, value_range) is samples
    assert to_own_range(samples, value_range) is samples


def test_tensors_of_half_precision_keep_their_type():
    made = to_own_range(tf.constant([-1.0, 1.0], tf.float16), (0.0, 255.0))
    assert made.dtype == tf.float16
    assert made.numpy().tolist() == [0.0, 255.0]


def test_the_narrowest_usual_range_is_recognised():
    assert recognised_range([np.array([0.0, 1.0])]) == (0.0, 1.0)
    assert recognised_range([np.array([0.0, 1.0]), np.array([-0.5])]) == (-1.0, 1.0)
    with pytest.raises(ganreg.DataError, match=r"sources are images with values in 0\.\.59; convert 0\.\.255 to uint8"):
        recognised_range([np.array([0.0, 59.0])], "sources")
