"""Copies: the same computation with variables of their own, or one line that says why not."""

import keras
import numpy as np
import pytest
from keras import layers

import ganreg
from ganreg.adapters.copying import copied, packed, unpacked
from tests.core.adapters.conftest import Dense, Scaled, Sized, sequential

INPUTS = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)


class Kept(Sized):
    """One that says how it was made."""

    def __init__(self, units=3):
        super().__init__(units)
        self.units = units

    def get_config(self):
        return {"units": self.units}


def with_own_layer():
    inputs = keras.Input((4,))
    return keras.Model(inputs, layers.Dense(2)(Scaled(3.0)(inputs)))


def with_lambda():
    return keras.Sequential([keras.Input((4,)), layers.Dense(2), layers.Lambda(lambda inputs: 3 * inputs)])


def called(model):
    model(INPUTS)
    return model


@pytest.mark.parametrize(
    "make", [lambda: sequential(4, 2), with_own_layer, with_lambda, lambda: called(Dense()), lambda: called(Kept(7))]
)
def test_a_copy_computes_the_same_from_the_same_weights(make):
    model = make()
    copy = copied(model)
    assert not {id(one) for one in model.variables} & {id(one) for one in copy.variables}
    copy.set_weights(model.get_weights())
    np.testing.assert_allclose(copy(INPUTS), model(INPUTS), atol=1e-6)


def test_a_copy_has_initial_weights_of_its_own():
    model = sequential(4, 2)
    assert not np.allclose(copied(model).get_weights()[0], model.get_weights()[0])


def test_a_model_that_does_not_say_how_it_was_made_is_refused():
    """Keras itself takes the defaults of the constructor instead."""
    with pytest.raises(ganreg.AssemblyError, match=r"Sized cannot be copied \(.*\(4, 3\) instead of \(4, 7\)\)"):
        copied(called(Sized(7)))
    assert copied(called(Sized())).first.units == 3


def test_a_copy_that_computes_something_else_is_refused():
    class Slope(Dense):
        def __init__(self, slope=0.5):
            super().__init__()
            self.slope = slope

        def call(self, inputs):
            return self.slope * super().call(inputs)

    with pytest.raises(ganreg.AssemblyError, match=r"computes something else\); pass a function that builds the model"):
        copied(called(Slope(0.25)))


def test_what_is_packed_makes_the_model_elsewhere():
    model = with_own_layer()
    again = unpacked(packed(model))
    again.set_weights(model.get_weights())
    np.testing.assert_allclose(again(INPUTS), model(INPUTS), atol=1e-6)
