import keras
import numpy as np
import pytest
from ganreg_networks.layers import (
    LEAK,
    activated,
    bounded,
    dropped_out,
    first_weights,
    normalized,
    refuse,
    scaled_leaky,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from ganreg import AssemblyError, DataSpec, Problem


def run(function, values, *arguments, **options):
    """What a function that adds layers computes."""
    inputs = keras.Input(values.shape[1:])
    return keras.Model(inputs, function(inputs, *arguments))(values, **options).numpy()


def normal(*shape):
    return np.random.default_rng(1).normal(2.0, 3.0, size=shape).astype("float32")


@pytest.mark.parametrize(("norm", "axes"), [("batch", (0, 1, 2)), ("layer", (1, 2, 3))])
def test_maps_are_normalized_over_the_batch_or_over_each_sample(norm, axes):
    maps = normal(5, 4, 4, 3)

    computed = run(normalized, maps, norm, training=True)

    expected = (maps - maps.mean(axes, keepdims=True)) / np.sqrt(maps.var(axes, keepdims=True) + 1e-3)
    np.testing.assert_allclose(computed, expected, rtol=1e-3, atol=1e-4)


def test_batch_statistics_follow_within_tens_of_updates():
    inputs = keras.Input((2,))
    model, batch = keras.Model(inputs, normalized(inputs, "batch")), normal(500, 2)

    for _ in range(30):
        model(batch, training=True)

    np.testing.assert_allclose(model(batch).numpy().mean(axis=0), 0, atol=0.1)
    np.testing.assert_allclose(model(batch).numpy().std(axis=0), 1, atol=0.1)


def test_no_norm_no_dropout_and_no_range_add_no_layer():
    inputs = keras.Input((2,))

    assert normalized(inputs, "none") is inputs
    assert dropped_out(inputs, 0.0) is inputs
    assert bounded(inputs, DataSpec((2,))) is inputs


def test_leaky_relus():
    values = normal(4, 100)

    np.testing.assert_allclose(
        run(activated, values, "leaky-relu"), np.where(values > 0, values, LEAK * values), rtol=1e-5
    )
    np.testing.assert_allclose(run(scaled_leaky, values), 2**0.5 * run(activated, values, "leaky-relu"), rtol=1e-5)


@given(st.floats(-1e3, 1e3), st.floats(1e-2, 1e3))
@settings(max_examples=15, deadline=None)
def test_values_are_bounded_by_a_scaled_tanh(least, length):
    data = DataSpec((3,), value_range=(least, least + length))
    values = np.array([[-50.0, 0.3, 50.0]], "float32")

    computed = run(bounded, values, data)

    expected = least + length * (1 + np.tanh([[-50.0, 0.3, 50.0]])) / 2
    np.testing.assert_allclose(computed, expected, rtol=1e-4, atol=1e-5 * (abs(least) + length))


def test_dropout_keeps_the_mean_in_training():
    dropped = run(dropped_out, np.ones((100, 100), "float32"), 0.25, training=True)

    assert np.mean(dropped == 0) == pytest.approx(0.25, abs=0.02)
    assert dropped.mean() == pytest.approx(1, abs=0.03)


def test_the_first_error_is_raised_and_warnings_pass():
    warning, error = Problem("warning", "odd", "look"), Problem("error", "wrong", "change it")

    refuse([warning])
    with pytest.raises(AssemblyError, match="wrong; change it"):
        refuse([warning, error, Problem("error", "worse", "")])


@pytest.mark.parametrize(("deviation", "expected"), [(0.02, 0.02), (None, (2 / 200) ** 0.5)])
def test_initial_weights_have_the_given_deviation_or_hes(deviation, expected):
    weights = first_weights(deviation)((200, 300))

    assert np.std(weights) == pytest.approx(expected, rel=0.02)


def test_each_layer_draws_weights_of_its_own():
    one, other = (keras.ops.convert_to_numpy(first_weights(0.02)((4, 4))) for _ in range(2))

    assert not np.array_equal(one, other)
