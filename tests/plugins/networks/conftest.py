"""What the tests of the networks share."""

import random

import keras
import numpy as np
import pytest
import tensorflow as tf


@pytest.fixture(autouse=True)
def _same_weights_each_time():
    random.seed(0)  # what Keras's initializers and dropout draw their seeds from


@pytest.fixture
def saved_and_loaded(tmp_path):
    """Writes a model to a `.keras` file and reads it back, refusing code that is not Keras's or registered."""

    def roundtrip(model):
        path = tmp_path / f"{model.name}.keras"
        model.save(path)
        return keras.saving.load_model(path, safe_mode=True)

    return roundtrip


@pytest.fixture
def mixed_bfloat16():
    """The dtype policy `mixed_bfloat16`, for one test."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    yield
    keras.config.set_dtype_policy(before)


@pytest.fixture
def unreached():
    """Names the trainable variables that a model's output gives no gradient, or one of zeros only."""

    def names(model, inputs, output=lambda result: result):
        with tf.GradientTape() as tape:
            values = output(model(inputs, training=True))
            weights = np.random.default_rng(0).normal(size=values.shape)  # a plain sum is blind behind a batch norm
            total = tf.reduce_sum(values * tf.cast(weights, values.dtype))
        gradients = tape.gradient(total, model.trainable_variables)
        return [
            variable.path
            for variable, gradient in zip(model.trainable_variables, gradients, strict=True)
            if gradient is None or not np.any(gradient.numpy())
        ]

    return names


@pytest.fixture(scope="session")
def layers_of():
    """Returns a function: the layers of a class in a model and in the models that it contains, in order."""

    def find(model, cls):
        found = []
        for layer in model.layers:
            found += find(layer, cls) if isinstance(layer, keras.Model) else [layer] * isinstance(layer, cls)
        return found

    return find


@pytest.fixture
def fill():
    """Gives layers known weights: `fill(stream, model, [Kind, ...], scale)`, those of a kind as they were created."""

    def number(layer):
        end = layer.name.rpartition("_")[2]
        return layer.name == "logits", int(end) if end.isdigit() else 0

    def fill(stream, model, kinds, scale=1.0):
        for kind in kinds:
            for layer in sorted((layer for layer in model.layers if type(layer) is kind), key=number):
                for weight in layer.weights:
                    weight.assign((scale * stream.normal(size=weight.shape)).astype("float32"))

    return fill
