"""Finds the first NaN or infinity of a training and names it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ganreg.contract.callbacks import Table, UpdateCallback
from ganreg.data.arrays import Array
from ganreg.engine.advice import clipped, other_rate
from ganreg.engine.loss_scaling import scale_of
from ganreg.engine.objectives import PLAYERS, gradient_norm_name
from ganreg.engine.players import Players
from ganreg.engine.variables import variable_groups
from ganreg.errors import NumericalError

_LEAST_SCALE = 2.0**-14
"""Dynamic loss scaling, which starts at 2^15, only falls below this if every update has been skipped."""


class FiniteNumbers(UpdateCallback):
    """Stops a training at a NaN or an infinity in a loss, a penalty, a gradient or a weight.

    All logs of a compiled call are checked after the call, so that later callbacks never see such a row. Weights that
    no later term depends on (moving averages, batch statistics) are checked when training ends, and by
    `refuse_non_finite_weights` before a checkpoint is written.

    If the loss is scaled for half precision, an overflowing gradient is normal: the update is skipped, the scale is
    halved, and the norm is logged as 0. It is an error only if no scale helps.

    Args:
        players: the players to watch.
    """

    def __init__(self, players: Players) -> None:
        super().__init__()
        self._players = players
        self._before: dict[str, float] = {}

    def on_updates(self, first: int, logs: Table) -> None:
        """Checks the rows of one call.

        Raises:
            NumericalError: a number is not finite.
        """
        names, columns = list(logs), list(logs.values())
        table = np.stack(columns)
        finite = np.isfinite(table)
        if not finite.all():
            row = int(np.argmin(finite.all(axis=0)))
            before = {name: float(values[row - 1]) for name, values in logs.items()} if row else self._before
            self._refuse(first + row + 1, dict(zip(names, table[:, row], strict=True)), before)
        self._before = {name: float(values[-1]) for name, values in logs.items()}
        for player in PLAYERS:
            self._refuse_hopeless_scale(player, first + len(columns[0]))

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Checks the weights, because nothing after the last update would reveal a NaN in them.

        Raises:
            NumericalError: a weight is not finite.
        """
        refuse_non_finite_weights(self._players)

    def _refuse(self, iteration: int, now: Mapping[str, Array], before: Mapping[str, float]) -> None:
        """Raises the error for the first row that contains a number that is not finite."""
        spoilt = [name for name, value in now.items() if not np.isfinite(value)]
        player = next((one for one in PLAYERS if any(_belongs(name, one) for name in spoilt)), None)
        # The player that moved first in the iteration caused whatever follows.
        if player is not None and self._players.recipe.schedule.first == "generator":
            player = next(one for one in reversed(PLAYERS) if any(_belongs(name, one) for name in spoilt))
        own = [name for name in spoilt if player is None or _belongs(name, player)]
        gradient = None if player is None else gradient_norm_name(player)
        terms = [name for name in own if name != gradient] or own
        term = " and ".join(self._call(name) for name in terms)
        what = "NaN" if np.isnan(now[terms[0]]) else "infinite"
        found = f"{term} became {what}"
        raise NumericalError(
            f"{found} at update {iteration}; {_earlier(before, terms)}; {remedy(self._players, player)}",
            term=terms[0],
            iteration=iteration,
            player=player,
            found=found,
        )

    def _call(self, name: str) -> str:
        """Names a logged value for messages."""
        player, slash, label = name.partition("/")
        if slash:
            if player not in PLAYERS:
                return f"state {name}"
            kind = "term" if label in getattr(self._players.assembly.game, f"{player}_terms") else "penalty"
            return f"{kind} {label}"
        for player in PLAYERS:
            if name == gradient_norm_name(player):
                return f"the {player}'s gradient"
            if name == f"{player}_loss":
                return f"{player} loss {self._players.assembly.parts['loss'].spec.name}"
        return name

    def _refuse_hopeless_scale(self, player: str, iteration: int) -> None:
        variable = scale_of(self._players.player(player).optimizer)
        scale = _LEAST_SCALE if variable is None else float(variable.numpy())
        if scale < _LEAST_SCALE:
            found = f"the {player}'s gradient is not finite"
            raise NumericalError(
                f"{found} at update {iteration}, however small the loss's scale ({scale:.1g}); "
                + remedy(self._players, player),
                term=gradient_norm_name(player),
                iteration=iteration,
                player=player,
                found=found,
            )


def refuse_non_finite_weights(players: Players) -> None:
    """Checks every variable that a checkpoint contains.

    Raises:
        NumericalError: a variable is not finite; the message names it.
    """
    for group, variables in variable_groups(players).items():
        for variable in variables:
            if not variable.dtype.is_floating:
                continue
            value = variable.numpy().astype(np.float32, copy=False)
            if np.isfinite(value).all():
                continue
            what = "NaN" if np.isnan(value).any() else "infinite"
            player = _player_of(players, group)
            iteration = players.done
            found = f"weight {variable.name} of the {group.replace('_', ' ')} is {what}"
            raise NumericalError(
                f"{found} after update {iteration}; {remedy(players, player)}",
                term="weights",
                iteration=iteration,
                player=player,
                found=found,
            )


def _player_of(players: Players, group: str) -> str | None:
    """The player whose networks, averages or optimizer a group of variables belongs to."""
    for player in (players.generator, players.discriminator):
        if group == f"{player.name}_optimizer" or group.removeprefix("average_") in player.networks:
            return player.name
    return None


def remedy(players: Players, player: str | None) -> str:
    """Suggests what to try, in options of the command line."""
    if players.recipe.precision == "mixed_float16":
        return "try --precision mixed_bfloat16, which has the range of float32"
    concerned = PLAYERS if player is None else (player,)
    rates = " ".join(other_rate(players, one, 0.1) for one in concerned)
    return f"try {rates}, or {clipped(concerned[0])}"


def _belongs(name: str, player: str) -> bool:
    """Whether a logged value is one of a player's terms or its gradient norm."""
    return name in (f"{player}_loss", gradient_norm_name(player)) or name.startswith(f"{player}/")


def _earlier(before: Mapping[str, float], terms: Sequence[str]) -> str:
    """Describes the values one update earlier: the failed terms and both players' gradient norms."""
    if not before:
        return "there is no earlier update to compare with"
    gradients = [gradient_norm_name(player) for player in PLAYERS]
    shown = [
        f"{name.replace('_', ' ')} {before[name]:.2g}" for name in dict.fromkeys([*terms, *gradients]) if name in before
    ]
    return "one update before: " + ", ".join(shown)
