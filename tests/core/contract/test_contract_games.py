"""The base class of games is the usual game."""

import attrs
import pytest
import tensorflow as tf

from ganreg import DataSpec, Game, GameStep, NetworkSpec
from ganreg.contract.assembly import Assembly, Part
from ganreg.contract.recipes import Recipe

PAIRS = DataSpec((2,), source=DataSpec((3,)), paired=True)


@pytest.fixture
def game_step():
    return GameStep(
        {"generator": lambda latents, labels: latents + 1},
        player="both",
        real=tf.zeros((2, 2)),
        labels=tf.constant([1, 0]),
        numbers=None,
        latents=tf.ones((2, 2)),
    )


def test_there_is_a_generator_and_a_discriminator_of_samples_without_sources():
    assembly = Assembly(recipe=Recipe(), data=PAIRS, parts={}, game_part=Part(Game(), "game"))
    assert Game().networks(assembly) == {
        "generator": NetworkSpec("generator", DataSpec((2,))),
        "discriminator": NetworkSpec("discriminator", DataSpec((2,))),
    }


def test_real_samples_are_shown_with_generated_ones_of_their_classes(game_step):
    game = Game()
    assert game.real("discriminator", game_step) is game_step.real
    assert game.fake("discriminator", game_step).numpy().tolist() == [[2, 2], [2, 2]]
    assert game.fake_labels("discriminator", game_step) is game_step.labels


def test_a_term_must_be_defined(game_step):
    @attrs.frozen(kw_only=True)
    class Termed(Game):
        generator_terms = ("distance",)

    with pytest.raises(NotImplementedError, match=r"Termed must define term\(name, game_step\)"):
        Termed().term("distance", game_step)
