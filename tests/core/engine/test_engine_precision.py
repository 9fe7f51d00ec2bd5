"""Mixed precision computes in half, keeps everything that adds up in float32; learning rates fall to 0 on time."""

import contextlib

import keras
import numpy as np
import pytest

import ganreg
from ganreg.engine.precision import precision

MIXED = {"mixed_bfloat16": "bfloat16", "mixed_float16": "float16"}


@pytest.mark.parametrize("name", MIXED)
def test_the_global_policy_is_put_back(name):
    before = keras.config.dtype_policy().name
    with contextlib.suppress(RuntimeError), precision(name):
        assert keras.config.dtype_policy().name == name
        raise RuntimeError
    assert keras.config.dtype_policy().name == before


@pytest.fixture(scope="module", params=MIXED)
def mixed(request, small, points):
    gan = small(precision=request.param, regularizers=["r1", "wgan-gp"])
    history = gan.fit(points, steps=4, batch_size=16, verbose=0, execution="graph", updates_per_call=2)
    return request.param, gan, history.history


def test_layers_compute_in_half_and_keep_float32(mixed):
    name, gan, _ = mixed
    layers = [layer for layer in gan.discriminator.layers if layer.weights]
    assert {layer.compute_dtype for layer in layers} == {MIXED[name]}
    assert {str(variable.dtype) for variable in gan.discriminator.trainable_variables} == {"float32"}


@pytest.mark.slow
def test_losses_and_penalties_are_finite_and_near_full_precision(mixed, small, points):
    _, _, history = mixed
    full = small(regularizers=["r1", "wgan-gp"])
    expected = full.fit(points, steps=4, batch_size=16, verbose=0, execution="graph", updates_per_call=2).history
    assert list(history) == list(expected)
    for name in ("discriminator_loss", "generator_loss", "discriminator/r1", "discriminator/wgan-gp"):
        np.testing.assert_allclose(history[name][0], expected[name][0], rtol=0.1, atol=0.05, err_msg=name)


def test_samples_are_float32(mixed):
    assert mixed[1].generate(3, seed=1).dtype == np.float32


def test_only_float16_scales_its_losses(mixed):
    name, gan, _ = mixed
    for optimizer in (gan.generator_optimizer, gan.discriminator_optimizer):
        assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer) == (name == "mixed_float16")


def test_kerass_global_policy_is_taken_over_and_recorded(small):
    with precision("mixed_bfloat16"):
        assert small().recipe.precision == "mixed_bfloat16"
    assert small().recipe.precision == "float32"


def test_a_recipe_keeps_its_precision_in_toml(tmp_path):
    recipe = ganreg.Recipe(precision="mixed_float16", learning_rate_decay="cosine")
    path = tmp_path / "recipe.toml"
    path.write_text(recipe.to_toml())
    assert ganreg.Recipe.read(path) == recipe


@pytest.mark.parametrize("setting", ["precision=float8", "learning_rate_decay=exponential"])
def test_other_values_are_refused(setting):
    with pytest.raises(ganreg.SpecError, match=setting.partition("=")[2]):
        ganreg.Recipe().with_settings([setting])
