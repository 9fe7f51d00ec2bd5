"""Heads on discriminators: what they read, what they add, and which errors they raise."""

import keras
import numpy as np
import pytest
from ganreg_regularizers.heads import deepest_feature, output_named, outputs_of, with_output

import ganreg


@pytest.fixture(scope="module")
def discriminator():
    """Its features are an image and a map of it."""
    keras.utils.set_random_seed(0)
    samples = keras.Input((4, 4, 2))
    deep = keras.layers.Conv2D(3, 2, strides=2)(samples)
    return keras.Model(samples, {"logits": keras.layers.Conv2D(1, 2)(deep), "features": (samples, deep)}, name="judge")


@pytest.fixture(scope="module")
def batch():
    return np.float32(np.random.default_rng(0).normal(size=(5, 4, 4, 2)))


def test_the_deepest_feature_is_flattened(discriminator, batch):
    outputs = outputs_of(discriminator, "mine")
    feature = deepest_feature(outputs, "mine")
    assert feature.shape == (None, 12)
    value = keras.Model(discriminator.input, feature)(batch)
    np.testing.assert_array_equal(value, np.reshape(discriminator(batch)["features"][-1], (5, 12)))


def test_in_half_precision_the_feature_has_the_variables_type():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        samples = keras.Input((3,))
        hidden = keras.layers.Dense(4)(samples)
        feature = deepest_feature({"features": (hidden,)}, "mine")
    finally:
        keras.config.set_dtype_policy(before)
    assert (hidden.dtype, feature.dtype) == ("bfloat16", "float32")


def test_an_output_is_added_or_replaced(discriminator, batch):
    plain = discriminator(batch)
    head = keras.layers.Dense(2)(deepest_feature(outputs_of(discriminator, "mine"), "mine"))
    added = with_output(discriminator, "codes", head)
    assert added.name == "judge"
    outputs = added(batch)
    assert set(outputs) == {"logits", "features", "codes"}
    np.testing.assert_array_equal(outputs["logits"], plain["logits"])

    replaced = with_output(added, "logits", keras.layers.Rescaling(3.0)(added.output["logits"]))(batch)
    np.testing.assert_allclose(replaced["logits"], 3.0 * plain["logits"], rtol=1e-6)
    np.testing.assert_array_equal(replaced["codes"], outputs["codes"])


def test_a_head_is_read_by_its_name():
    assert output_named({"codes": 3}, "codes", "mine") == 3
    with pytest.raises(ganreg.AssemblyError, match=r"mine added the output 'codes' .* another regularizer removed it"):
        output_named({"logits": 3}, "codes", "mine")


@pytest.mark.parametrize("kind", ["not built", "not functional", "no dict", "no features"])
def test_a_discriminator_without_features_is_named(kind):
    samples = keras.Input((3,))
    logits = keras.layers.Dense(1)(samples)
    model = {
        "not built": keras.Sequential([keras.layers.Dense(1)]),
        "not functional": lambda inputs, training: inputs,
        "no dict": keras.Model(samples, logits),
        "no features": keras.Model(samples, {"logits": logits, "features": ()}),
    }[kind]
    with pytest.raises(ganreg.AssemblyError, match=r"mine needs .* return them as 'features' .* or leave mine out"):
        outputs_of(model, "mine")
