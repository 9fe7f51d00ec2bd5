"""Calling: networks as the engine calls them, around models as their authors call them."""

import keras
import numpy as np
import pytest
from keras import layers

import ganreg
from ganreg.adapters.calling import generator, joins_labels, latents_of, of_samples, takes_labels
from ganreg.adapters.sources import ModelSource
from tests.core.adapters.conftest import Dense, Sized, sequential

POINTS, LABELLED = ganreg.DataSpec((2,)), ganreg.DataSpec((2,), num_classes=3)
LATENTS, LABELS = np.ones((2, 4), np.float32), np.array([0, 2], np.int32)


def with_labels(*, first=False, shape=()):
    latents, labels = keras.Input((4,)), keras.Input(shape)
    outputs = layers.Dense(2)(latents) + (layers.Dense(2)(labels) if shape else 0)
    return keras.Model([labels, latents] if first else [latents, labels], outputs, name="g")


@pytest.mark.parametrize(
    ("model", "data", "expected"),
    [
        (lambda: sequential(4, 2), POINTS, (4, False)),
        (lambda: with_labels(shape=(1,)), LABELLED, (4, True)),
        (Sized, POINTS, (5, False)),
    ],
)
def test_the_size_of_latents_is_the_models_own(model, data, expected):
    assert latents_of(ModelSource(model()), 0, data, joins=False) == expected


def test_latents_that_are_joined_with_labels_are_shorter():
    assert latents_of(ModelSource(sequential(7, 2)), 0, LABELLED, joins=True) == (4, True)


def test_what_cannot_be_known_is_refused():
    with pytest.raises(ganreg.AssemblyError, match="generator 'dense' has not been built, so the size of its latents"):
        latents_of(ModelSource(_named(Dense(), "dense")), 0, POINTS, joins=False)
    with pytest.raises(ganreg.AssemblyError, match="latents of size 4, so latent_dim=5 is impossible"):
        latents_of(ModelSource(sequential(4, 2)), 5, POINTS, joins=False)
    image = keras.Sequential([keras.Input((4, 4, 1)), layers.Flatten()], name="g")
    with pytest.raises(ganreg.AssemblyError, match="but latents are vectors"):
        latents_of(ModelSource(image), 0, POINTS, joins=False)


def _named(model, name):
    model.name = name
    return model


def test_a_model_that_is_called_as_the_engine_does_is_the_network():
    model = sequential(4, 2)
    assert generator(model, 4, False, POINTS, None, "it") is model


@pytest.mark.parametrize("first", [False, True])
def test_labels_go_to_their_input(first):
    model = with_labels(first=first, shape=(3,))
    network = generator(model, 4, True, LABELLED, None, "it")
    one_hot = np.eye(3, dtype=np.float32)[LABELS]
    own = [one_hot, LATENTS] if first else [LATENTS, one_hot]
    np.testing.assert_allclose(network([LATENTS, LABELS]), model(own), atol=1e-6)


def test_samples_in_the_models_own_range():
    model = sequential(4, 2, activation="sigmoid")
    network = generator(model, 4, False, POINTS, (0.0, 1.0), "it")
    np.testing.assert_allclose(network(LATENTS), 2 * np.asarray(model(LATENTS)) - 1, atol=1e-6)
    judge = sequential(2, 1)
    seen = of_samples(judge, False, POINTS, None, (0.0, 1.0), "it")
    np.testing.assert_allclose(seen(np.float32([[-1, 1]])), judge(np.float32([[0, 1]])), atol=1e-6)


def test_joined_labels_are_recognised_and_joined():
    model = sequential(5, 1)
    assert joins_labels(ModelSource(model), LABELLED)
    assert not joins_labels(ModelSource(sequential(2, 1)), LABELLED)
    network = of_samples(model, True, LABELLED, 3, None, "it")
    joined = np.float32([[1, 1, 1, 0, 0], [1, 1, 0, 0, 1]])
    np.testing.assert_allclose(network([LATENTS[:, :2], LABELS]), model(joined), atol=1e-6)


def test_whether_a_model_takes_labels():
    assert takes_labels(ModelSource(with_labels(shape=(1,))), LABELLED)
    assert not takes_labels(ModelSource(Dense()), LABELLED)


def test_several_outputs_are_refused():
    inputs = keras.Input((4,))
    with pytest.raises(ganreg.AssemblyError, match="it returns a dict, but it must return one tensor of samples"):
        generator(keras.Model(inputs, {"a": layers.Dense(2)(inputs)}), 4, False, POINTS, None, "it")


def test_other_shapes_and_failing_calls_are_refused():
    with pytest.raises(ganreg.AssemblyError, match=r"it takes inputs of shape \('B', 3\), but is given \('B', 2\)"):
        of_samples(sequential(3, 1), False, POINTS, None, None, "it")

    class Failing(Dense):
        def call(self, inputs):
            raise ValueError("no colours left")

    with pytest.raises(ganreg.AssemblyError, match=r"it cannot be called on inputs of shape .*: no colours left"):
        of_samples(Failing(), False, POINTS, None, None, "it")
