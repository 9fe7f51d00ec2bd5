"""Both players: one network each, optimizers that share nothing, and every variable of a checkpoint."""

import keras
import numpy as np
import pytest

import ganreg
from ganreg.engine.players import Players
from ganreg.engine.resolving import resolve

POINTS = ganreg.DataSpec((2,))


def players_of(regularizers=(), optimizers=None, **settings):
    recipe = ganreg.Recipe(generator="mlp:widths=[4]", discriminator="mlp:widths=[3]", **settings)
    return Players(resolve(recipe, data=POINTS, regularizers=regularizers, optimizers=optimizers))


def test_each_player_has_its_own_variables_and_optimizer():
    players = players_of()
    sides = [
        {id(variable) for variable in side.trainable_variables} for side in (players.generator, players.discriminator)
    ]
    assert sides[0].isdisjoint(sides[1])
    assert players.generator.optimizer is not players.discriminator.optimizer
    assert set(players.networks) == {"generator", "discriminator"}
    assert players.player("generator") is players.generator
    assert players.player("discriminator") is players.discriminator


def test_the_average_begins_at_the_generator_and_is_a_network_of_its_own():
    players = players_of()
    generator, average = players.networks["generator"], players.average_generator
    assert average is not generator
    for one, other in zip(generator.get_weights(), average.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_without_a_decay_there_is_no_average():
    players = players_of(ema_decay=0)
    assert players.average is None
    assert players.average_generator is players.networks["generator"]


def test_components_get_their_state_by_label():
    players = players_of(["r1", "historical-averaging", "historical-averaging"])
    assert set(players.component_state) == {"non-saturating", "r1", "historical-averaging", "historical-averaging-2"}
    assert players.component_state["r1"] == {}


def test_optimizer_objects_are_kept_and_built():
    optimizer = keras.optimizers.SGD(0.25, momentum=0.9)
    players = players_of(optimizers={"discriminator": optimizer})
    assert players.discriminator.optimizer is optimizer
    assert optimizer.built


@pytest.mark.parametrize(
    ("precision", "scaled"), [("float32", False), ("mixed_bfloat16", False), ("mixed_float16", True)]
)
def test_only_half_precision_scales_losses(precision, scaled):
    players = players_of(precision=precision)
    for player in (players.generator, players.discriminator):
        assert isinstance(player.optimizer, keras.optimizers.LossScaleOptimizer) is scaled


def test_nothing_is_done_at_first():
    players = players_of()
    assert players.done == 0
    players.iterations.assign(7)
    assert players.done == 7


def test_log_names_end_with_the_gradients():
    names = players_of(["r1"]).log_names
    assert names[:2] == ["discriminator_loss", "generator_loss"]
    assert "discriminator/r1" in names
    assert names[-2:] == ["discriminator_gradient_norm", "generator_gradient_norm"]


def test_samples_are_those_of_the_average_or_of_the_last_iterate():
    players = players_of()
    players.average_generator.set_weights([np.zeros_like(one) for one in players.average_generator.get_weights()])
    assert not players.generate(4, seed=1).any()
    assert players.generate(4, seed=1, average=False).any()
