"""Signatures: what models of every form take, and calls in their own way."""

import keras
import numpy as np
import pytest
from keras import layers

from ganreg.adapters.signatures import graph_of, signature_of
from tests.core.adapters.conftest import Dense, sequential


class Two(keras.Model):
    """Two positional inputs."""

    def __init__(self):
        super().__init__()
        self.dense, self.embedding = layers.Dense(2), layers.Embedding(3, 2)

    def call(self, latents, labels, training=False):
        return self.dense(latents) + self.embedding(labels)


class Listed(Two):
    """One list of two inputs."""

    def call(self, inputs):
        return super().call(*inputs)


LATENTS, LABELS = np.ones((2, 4), np.float32), np.array([0, 2])


def functional(structure):
    latents, labels = keras.Input((4,), name="latents"), keras.Input((), dtype="int32", name="labels")
    outputs = layers.Dense(2)(latents) + layers.Embedding(3, 2)(labels)
    return keras.Model({"list": [latents, labels], "dict": {"latents": latents, "labels": labels}}[structure], outputs)


@pytest.mark.parametrize("model", [Dense(), keras.Sequential([layers.Dense(2)])])
def test_a_model_that_was_never_called_has_none(model):
    assert signature_of(model) is None


def test_a_sequential_model_has_one_before_it_is_called():
    model = sequential(4, 2)
    signature = signature_of(model)
    assert (signature.shapes, signature.dtypes) == (((4,),), ("float32",))
    assert graph_of(model)[1].shape == (None, 2)
    np.testing.assert_allclose(signature.called(model, [LATENTS]), model(LATENTS))


@pytest.mark.parametrize("structure", ["list", "dict"])
def test_functional_models_are_called_with_their_structure(structure):
    model = functional(structure)
    signature = signature_of(model)
    given = [LATENTS if shape == (4,) else LABELS for shape in signature.shapes]
    own = {"list": [LATENTS, LABELS], "dict": {"latents": LATENTS, "labels": LABELS}}[structure]
    np.testing.assert_allclose(signature.called(model, given), model(own))
    assert sorted(signature.dtypes) == ["float32", "int32"]


def test_models_of_a_class_of_their_own():
    positional, listed, single = Two(), Listed(), Dense()
    expected = positional(LATENTS, LABELS)
    listed([LATENTS, LABELS])
    single(LATENTS)
    assert signature_of(single).shapes == ((4,),)
    assert signature_of(listed).shapes == ((4,), ())
    assert signature_of(positional).shapes[0] == (4,)
    np.testing.assert_allclose(signature_of(positional).called(positional, [LATENTS, LABELS]), expected)
    signature_of(listed).called(listed, [LATENTS, LABELS])


def test_examples_and_symbols_have_the_shapes():
    signature = signature_of(functional("list"))
    assert [symbol.shape for symbol in signature.symbols()] == [(None, 4), (None,)]
    latents, labels = signature.examples()
    assert (latents.shape, labels.tolist()) == ((2, 4), [0, 0])
