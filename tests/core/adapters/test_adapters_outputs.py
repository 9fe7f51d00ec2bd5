"""Outputs: logits in every form, features, ranges and precisions."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import ganreg
from ganreg.adapters.calling import of_samples
from ganreg.adapters.outputs import (
    hidden_activations,
    last_operation,
    logits_and_features,
    refuse_other_precision,
    refuse_unreachable_range,
    with_logits,
)
from tests.core.adapters.conftest import Dense, sequential

POINTS = ganreg.DataSpec((2,))
SAMPLES = np.random.default_rng(0).normal(size=(3, 2)).astype(np.float32)


def judged(model):
    return of_samples(model, False, POINTS, None, None, "d", logits_and_features)


def test_features_are_the_inputs_of_layers_with_kernels():
    model = keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(3, activation="relu", name="first"),
            layers.BatchNormalization(),
            layers.Dense(4),
            layers.LeakyReLU(name="second"),
            layers.Dense(1),
        ]
    )
    network = judged(model)
    outputs = network(SAMPLES)
    np.testing.assert_allclose(outputs["logits"], model(SAMPLES), atol=1e-6)
    assert [feature.shape[-1] for feature in outputs["features"]] == [3, 4]
    first = np.maximum(SAMPLES @ np.asarray(model.weights[0]), 0)
    np.testing.assert_allclose(outputs["features"][0], first / np.sqrt(1 + 1e-3), atol=1e-5)


def test_layers_of_other_models_give_no_features():
    shared = layers.Dense(3)
    keras.Sequential([keras.Input((2,)), layers.Dense(2), shared])
    inputs = keras.Input((2,))
    assert hidden_activations(keras.Model(inputs, layers.Dense(1)(shared(inputs)))) is not None
    assert judged(Dense())(SAMPLES).keys() == {"logits"}


@pytest.mark.parametrize(("outputs", "shape"), [(layers.Dense(1), (3, 1)), (lambda x: ops.sum(x, -1), (3, 1))])
def test_logits_have_one_axis_more_than_the_batch(outputs, shape):
    inputs = keras.Input((2,))
    assert judged(keras.Model(inputs, outputs(inputs)))(SAMPLES)["logits"].shape == shape


def test_a_model_can_name_its_logits_and_features_itself():
    inputs = keras.Input((2,))
    hidden = layers.Dense(3)(inputs)
    own = keras.Model(inputs, {"logits": layers.Dense(1)(hidden), "features": [hidden]})
    assert judged(own)(SAMPLES)["features"][0].shape == (3, 3)


def test_several_values_for_a_sample_are_refused():
    with pytest.raises(ganreg.AssemblyError, match=r"d returns \('B', 10\), but it must return one logit"):
        judged(sequential(2, 10))


def test_the_logits_before_a_sigmoid_are_taken():
    model = sequential(2, 1, activation="sigmoid")
    logits = np.asarray(judged(model)(SAMPLES)["logits"])
    np.testing.assert_allclose(1 / (1 + np.exp(-logits)), model(SAMPLES), atol=1e-6)
    assert model.layers[-1].activation is keras.activations.sigmoid
    assert last_operation(judged(model), "logits") != "Sigmoid"


def test_a_sigmoid_in_own_code_is_inverted():
    class Probable(Dense):
        def call(self, inputs):
            return ops.sigmoid(super().call(inputs))

    model = Probable()
    with pytest.warns(ganreg.GanregWarning, match="d ends with a sigmoid, which bounds its logits"):
        network = with_logits(judged(model), "d")
    expected = model.last(model.first(SAMPLES))
    np.testing.assert_allclose(network(SAMPLES)["logits"], expected, atol=1e-4)


def test_other_bounded_logits_are_told():
    with pytest.warns(
        ganreg.GanregWarning, match="d ends with a tanh, which bounds its logits; let its last layer have"
    ):
        with_logits(judged(sequential(2, 1, activation="tanh")), "d")


def test_a_generator_that_never_reaches_negative_values_is_refused():
    images = ganreg.DataSpec((2,), value_range=(-1.0, 1.0))
    network = sequential(4, 2, activation="sigmoid")
    with pytest.raises(ganreg.AssemblyError, match=r"g ends with a sigmoid, but the samples are within -1..1"):
        refuse_unreachable_range(network, None, images, "g")
    refuse_unreachable_range(network, (0.0, 1.0), images, "g")
    refuse_unreachable_range(network, None, POINTS, "g")
    refuse_unreachable_range(sequential(4, 2, activation="tanh"), None, images, "g")


def test_another_precision_is_refused():
    mixed = keras.Sequential([keras.Input((2,)), layers.Dense(1, dtype="mixed_bfloat16")])
    with pytest.raises(
        ganreg.AssemblyError, match="computes in mixed_bfloat16, but the GAN in float32; pass precision"
    ):
        refuse_other_precision(mixed, "d")
    double = keras.Sequential([keras.Input((2,)), layers.Dense(1, dtype="float64")])
    with pytest.raises(ganreg.AssemblyError, match="d computes in float64; build it under"):
        refuse_other_precision(double, "d")
    refuse_other_precision(sequential(2, 1), "d")
