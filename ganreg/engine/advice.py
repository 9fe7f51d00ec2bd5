"""Suggestions for a training that goes wrong, as command-line options."""

from __future__ import annotations

import numpy as np

from ganreg.engine.players import Players


def other_rate(players: Players, player: str, times: float) -> str:
    """The option for another learning rate, such as `--lr-d 0.0002`.

    Args:
        players: what is trained.
        player: whose learning rate.
        times: the factor to multiply the recipe's rate by.
    """
    parameters = getattr(players.recipe, f"{player}_optimizer").parameters
    try:
        rate = float(parameters["learning_rate"])
    except (KeyError, TypeError, ValueError):
        rate = float(np.asarray(players.player(player).optimizer.learning_rate))
    return f"--lr-{player[0]} {rate * times:.2g}"


def clipped(player: str) -> str:
    """The option that bounds a player's gradients."""
    return f"--set {player}_optimizer.clipnorm=1"


def more_steps(players: Players, player: str) -> str:
    """The option for one more update of a player in each round, such as `--generator-steps 2`."""
    return f"--{player}-steps {getattr(players.recipe.schedule, f'{player}_steps') + 1}"
