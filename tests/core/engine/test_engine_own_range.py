"""A network of samples in -1..1, as one of samples in the data's own range."""

import keras
import numpy as np
import pytest

import ganreg
from ganreg.engine.own_range import in_own_range


def network(*inputs):
    """The tanh of the sum of its inputs."""
    total = keras.layers.Add()(list(inputs)) if len(inputs) > 1 else inputs[0]
    return keras.Model(inputs if len(inputs) > 1 else inputs[0], keras.layers.Activation("tanh")(total))


@pytest.mark.parametrize("value_range", [(0, 1), (0, 255), (-3, 5)])
@pytest.mark.parametrize("count", [1, 2])
def test_samples_are_scaled_and_weights_shared(value_range, count):
    seen = network(*(keras.Input((2,)) for _ in range(count)))
    own = in_own_range(seen, [keras.KerasTensor((None, 2))] * count, ganreg.DataSpec((2,), value_range=value_range))
    given = np.array([[-20.0, 0.0], [20.0, 0.5]], np.float32) / count
    least, greatest = value_range
    expected = least + (np.tanh(given * count) + 1) / 2 * (greatest - least)
    np.testing.assert_allclose(own([given] * count if count > 1 else given), expected, rtol=1e-5)
    assert own.name == seen.name


@pytest.mark.parametrize("value_range", [None, (-1, 1)])
def test_a_network_in_its_own_range_is_left_alone(value_range):
    seen = network(keras.Input((2,)))
    assert in_own_range(seen, [], ganreg.DataSpec((2,), value_range=value_range)) is seen


@pytest.mark.parametrize("conditional", [False, True])
def test_sources_are_scaled_too(conditional):
    seen = network(*(keras.Input((2,)) for _ in range(1 + conditional)))
    symbolic, source = [keras.KerasTensor((None, 2))] * (1 + conditional), ganreg.DataSpec((2,), value_range=(0, 4))
    given = np.array([[0.0, 4.0], [2.0, 3.0]], np.float32)
    inputs = [given, np.zeros_like(given)] if conditional else given
    for data, expected in ((None, np.tanh(given / 2 - 1)), ((0, 1), (np.tanh(given / 2 - 1) + 1) / 2)):
        own = in_own_range(seen, symbolic, ganreg.DataSpec((2,), value_range=data), source)
        np.testing.assert_allclose(own(inputs), expected, rtol=1e-5)
    assert in_own_range(seen, symbolic, ganreg.DataSpec((2,)), ganreg.DataSpec((2,), value_range=(-1, 1))) is seen
