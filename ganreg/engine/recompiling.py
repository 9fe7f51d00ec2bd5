"""Other optimizers for a GAN that exists already; implements `GAN.compile`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import attrs

from ganreg.engine.loss_scaling import without_loss_scaling
from ganreg.engine.objectives import PLAYERS
from ganreg.engine.optimizers import make_optimizers, split_optimizers
from ganreg.engine.players import Players
from ganreg.errors import AssemblyError

_log = logging.getLogger("ganreg")


def recompile(players: Players, given: Mapping[str, Any]) -> None:
    """Gives players other optimizers, whose states start afresh; the recipe describes them from now on.

    Args:
        players: the players to change.
        given: a spec or a Keras optimizer by player; `None` leaves a player's optimizer as it is. If all are `None`,
            both optimizers are built anew as they are described.

    Raises:
        SpecError: something is neither a spec nor a Keras optimizer, or Keras refuses an option.
        AssemblyError: both players got the same optimizer, or one that has been used before.
    """
    given = {player: value for player, value in given.items() if value is not None}
    for player, optimizer in given.items():
        other = next(one for one in PLAYERS if one != player)
        theirs = players.player(other).optimizer
        if optimizer is theirs or optimizer is without_loss_scaling(theirs):
            raise AssemblyError(f"each player needs an optimizer of its own, but this one belongs to the {other}")
    objects, specs = split_optimizers(given)
    before = players.assembly
    kept = {player: optimizer for player, optimizer in before.optimizers.items() if player not in given}
    if not given:  # an optimizer that was given as an object is described by its options only
        kept = {player: type(optimizer).from_config(optimizer.get_config()) for player, optimizer in kept.items()}
    assembly = attrs.evolve(before, recipe=before.recipe.updated(**specs), optimizers=kept | objects)
    changed = tuple(given) or PLAYERS
    with players.replicas.building():
        for player, optimizer in make_optimizers(assembly).items():
            if player in changed:
                players.player(player).replace_optimizer(players.replicas.adopt(optimizer))
    players.assembly = assembly
    if players.done:
        whose = " and ".join(f"the {player}'s" for player in changed)
        _log.info("compile: %s optimizer starts afresh after %d iterations", whose, players.done)
