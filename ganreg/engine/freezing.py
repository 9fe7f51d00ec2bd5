"""Which layers of a GAN are frozen, so that a file can hold it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from ganreg.engine.players import Players
from ganreg.engine.recompiling import recompile


def frozen_layers(players: Players) -> dict[str, Any]:
    """Describes which layers are not trainable, as plain values; empty if all are as they were built.

    Args:
        players: the players.
    """
    frozen = {name: _frozen(network) for name, network in players.networks.items()}
    frozen = {name: places for name, places in frozen.items() if places}
    rebuilt = [player.name for player in (players.generator, players.discriminator) if player.knows_other_variables]
    return ({"frozen": frozen} if frozen else {}) | ({"rebuilt": rebuilt} if rebuilt else {})


def freeze_layers(players: Players, described: Mapping[str, Any]) -> None:
    """Freezes the layers that `frozen_layers` described.

    Args:
        players: the players, as they were built.
        described: the description.
    """
    for name, places in described.get("frozen", {}).items():
        layers = _layers(players.networks[name])
        for place in places:
            layers[place].trainable = False
    for player in described.get("rebuilt", ()):
        given = players.assembly.optimizers.get(player)
        fresh = None if given is None else type(given).from_config(given.get_config())
        recompile(players, {player: fresh or getattr(players.recipe, f"{player}_optimizer")})


def _frozen(network: keras.Model) -> list[int]:
    return [place for place, layer in enumerate(_layers(network)) if layer.weights and not layer.trainable]


def _layers(network: keras.Model) -> list[Any]:
    return list(network._flatten_layers(include_self=False))
