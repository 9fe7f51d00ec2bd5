"""Networks: components around own models, and what they read from the model and the data."""

import keras
import pytest
from keras import layers

import ganreg
from ganreg.adapters.networks import network_class
from ganreg.adapters.sources import FunctionSource, ModelSource
from ganreg.contract.structuring import unstructure
from tests.core.adapters.conftest import sequential

POINTS, LABELLED = ganreg.DataSpec((2,)), ganreg.DataSpec((2,), num_classes=3)


def component(kind, model, **parameters):
    return network_class(kind, ModelSource(model))(**parameters)


def test_each_kind_has_the_base_class_of_its_kind(generator):
    for kind, base in (("generator", ganreg.Generator), ("discriminator", ganreg.Discriminator)):
        assert isinstance(component(kind, generator), base)
    assert isinstance(component("translator", generator), ganreg.Translator)


def test_the_model_and_the_data_settle_what_is_open(generator, discriminator):
    made = component("generator", generator).settled(ganreg.DataSpec((2,), value_range=(0, 1)))
    assert unstructure(made) == {"latent_dim": 4, "conditional": False, "value_range": [0.0, 1.0]}
    judge = component("discriminator", discriminator).settled(ganreg.DataSpec((2,), value_range=(-1, 1)))
    assert unstructure(judge) == {"conditional": False, "value_range": "none"}


def test_labels_that_the_discriminator_sees_as_channels_are_latents_of_the_generator(generator):
    judge = component("discriminator", sequential(5, 1))
    assert judge.settled(LABELLED).conditional
    made = component("generator", sequential(7, 2)).settled(LABELLED, [judge])
    assert (made.latent_dim, made.conditional) == (4, True)


def test_what_the_model_cannot_do_is_refused(generator):
    with pytest.raises(ganreg.AssemblyError, match=r"has no input for labels, so conditional=true is impossible"):
        component("generator", generator, conditional=True).settled(LABELLED)
    latents, labels = keras.Input((4,)), keras.Input((1,))
    both = keras.Model([latents, labels], layers.Dense(2)(layers.Concatenate()([latents, labels])), name="both")
    with pytest.raises(ganreg.AssemblyError, match="generator 'both' has an input for labels, but the data have none"):
        component("generator", both).settled(POINTS)


def test_a_translator_maps_samples_to_samples():
    source, target = ganreg.DataSpec((3,)), ganreg.DataSpec((2,))
    model = sequential(3, 2)
    assert component("translator", model).settled(target).build(source, target) is model


def test_the_docstring_is_that_of_the_function():
    def build():
        """A small one."""

    assert network_class("generator", FunctionSource(build)).__doc__ == "A small one."
