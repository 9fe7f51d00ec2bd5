"""Suggested options name the recipe's own settings."""

import types

import keras
import pytest

from ganreg import Recipe
from ganreg.engine.advice import clipped, more_steps, other_rate


@pytest.fixture
def players():
    """As much of both players as advice reads."""

    def make(**settings):
        optimizer = keras.optimizers.SGD(0.25)
        return types.SimpleNamespace(
            recipe=Recipe(**settings), player=lambda _: types.SimpleNamespace(optimizer=optimizer)
        )

    return make


def test_another_rate_is_the_recipes_times_a_factor(players):
    made = players(discriminator_optimizer="adam:learning_rate=0.004", generator_optimizer="sgd:learning_rate=2")
    assert other_rate(made, "discriminator", 0.5) == "--lr-d 0.002"
    assert other_rate(made, "generator", 0.1) == "--lr-g 0.2"


def test_without_a_rate_in_the_recipe_it_is_the_optimizers(players):
    assert other_rate(players(generator_optimizer="sgd"), "generator", 2.0) == "--lr-g 0.5"


def test_one_more_update_of_a_player(players):
    made = players(schedule="alternating:discriminator_steps=5")
    assert more_steps(made, "discriminator") == "--discriminator-steps 6"
    assert more_steps(made, "generator") == "--generator-steps 2"


def test_clipping_is_a_setting_that_a_recipe_takes():
    setting = clipped("generator").removeprefix("--set ")
    assert Recipe().with_settings([setting]).generator_optimizer.as_table()["clipnorm"] == 1
