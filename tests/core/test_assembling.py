"""`assemble`: what is given in which way, and what cannot be."""

import keras
import numpy as np
import pytest

import ganreg

SAMPLES = np.random.default_rng(0).normal(size=(64, 2)).astype(np.float32)


@pytest.mark.parametrize("data", [SAMPLES, SAMPLES.tolist(), ganreg.DataSpec((2,)), ganreg.Data(train=SAMPLES)])
def test_data_in_any_form(data):
    assert ganreg.assemble(data=data).assembly.data.shape == (2,)


def test_a_pair_of_samples_and_labels():
    labels = np.arange(64) % 3
    assert ganreg.assemble(data=(SAMPLES, labels)).assembly.data.num_classes == 3


@pytest.mark.parametrize("given", ["r1:weight=3", ["r1:weight=3"], "[r1:weight=3]", ("r1:weight=3",)])
def test_a_single_regularizer_needs_no_list(given):
    gan = ganreg.assemble(
        generator="mlp", discriminator="mlp", loss="hinge", regularizers=given, data=ganreg.DataSpec((2,))
    )
    assert [(one.name, one.parameters["weight"]) for one in gan.recipe.regularizers] == [("r1", 3.0)]


def test_what_is_given_overrides_the_recipe():
    gan = ganreg.assemble("ring", loss="hinge", batch_size=7, schedule="alternating:discriminator_steps=2")
    registered = ganreg.registry().recipe("ring")
    assert gan.recipe.loss.name == "hinge"
    assert (gan.recipe.batch_size, gan.recipe.schedule.discriminator_steps) == (7, 2)
    assert gan.recipe.generator_optimizer == registered.generator_optimizer


def test_an_unknown_setting_is_a_type_error():
    with pytest.raises(TypeError, match="unexpected keyword argument 'batchsize'"):
        ganreg.assemble(data="ring", batchsize=3)


def test_optimizer_objects_are_used_and_described():
    optimizer = keras.optimizers.SGD(0.25)
    gan = ganreg.assemble(data="ring", generator_optimizer=optimizer)
    assert gan.generator_optimizer is optimizer
    assert gan.recipe.generator_optimizer.name == "sgd"
    assert gan.recipe.generator_optimizer.parameters["learning_rate"] == 0.25


def test_one_optimizer_cannot_serve_both_players():
    optimizer = keras.optimizers.SGD()
    with pytest.raises(ganreg.AssemblyError, match="each player needs an optimizer of its own"):
        ganreg.assemble(data="ring", generator_optimizer=optimizer, discriminator_optimizer=optimizer)


def test_keras_global_policy_counts_where_the_recipe_leaves_it_open():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        assert ganreg.assemble(data="ring").recipe.precision == "mixed_bfloat16"
        assert ganreg.assemble(data="ring", precision="mixed_float16").recipe.precision == "mixed_float16"
    finally:
        keras.config.set_dtype_policy(before)
