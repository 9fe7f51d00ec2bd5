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


def rate(optimizer):
    return float(optimizer.learning_rate)


@pytest.mark.parametrize(("decay", "half"), [("linear", 0.5), ("cosine", 0.5), ("none", 1.0)])
def test_each_players_rate_falls_to_zero_over_its_own_updates(small, points, decay, half):
    """D makes two updates an iteration: both rates must be halfway at half the iterations, and 0 at the end."""
    gan = small(
        learning_rate_decay=decay,
        steps=8,
        schedule="alternating:discriminator_steps=2",
        generator_optimizer="adam:learning_rate=0.01",
        discriminator_optimizer="sgd:learning_rate=0.02",
    )
    gan.fit(points, steps=4, batch_size=16, verbose=0, execution="graph", updates_per_call=4)
    np.testing.assert_allclose(
        [rate(gan.generator_optimizer), rate(gan.discriminator_optimizer)], [0.01 * half, 0.02 * half], rtol=1e-5
    )
    gan.fit(points, steps=4, batch_size=16, verbose=0, execution="graph", updates_per_call=4)
    end = 1.0 if decay == "none" else 0.0
    np.testing.assert_allclose(
        [rate(gan.generator_optimizer), rate(gan.discriminator_optimizer)], [0.01 * end, 0.02 * end], atol=1e-9
    )


@pytest.mark.parametrize(
    ("schedule", "player", "updates"),
    [
        ("simultaneous", "generator", 10),
        ("alternating:discriminator_steps=5", "discriminator", 50),
        ("alternating:discriminator_steps=5", "generator", 10),
        ("alternating:discriminator_steps=3,unit=epochs", "discriminator", 8),
        ("alternating:discriminator_steps=3,unit=epochs", "generator", 3),
    ],
)
def test_how_many_updates_a_player_makes(schedule, player, updates):
    assert ganreg.Schedule.of(schedule).updates(player, 10) == updates
