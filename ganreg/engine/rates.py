"""Lowering both players' learning rates during training."""

from __future__ import annotations

from typing import Any

import keras

from ganreg.engine.loss_scaling import without_loss_scaling
from ganreg.engine.objectives import PLAYERS
from ganreg.engine.players import Players


@keras.saving.register_keras_serializable("ganreg")
class ScaledSchedule(keras.optimizers.schedules.LearningRateSchedule):
    """A learning-rate schedule multiplied by a factor.

    Args:
        schedule: the schedule, or its configuration as serialized by Keras.
        factor: the number that each of its rates is multiplied by.
    """

    def __init__(self, schedule: Any, factor: float) -> None:
        super().__init__()
        self.schedule = keras.optimizers.schedules.deserialize(schedule) if isinstance(schedule, dict) else schedule
        self.factor = factor

    def __call__(self, step: Any) -> Any:
        """Computes the learning rate at a step."""
        return self.schedule(step) * self.factor

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration that Keras recreates the schedule from."""
        return {"schedule": keras.optimizers.schedules.serialize(self.schedule), "factor": self.factor}


def lower_learning_rates(players: Players, *, times: float, in_all: float) -> bool:
    """Lowers both players' learning rates.

    Args:
        players: the players to change.
        times: the factor for a constant learning rate, relative to its current value.
        in_all: the factor for the rates of a schedule, relative to the original ones, because checkpoints do not
            contain schedules.

    Returns:
        Whether a learning rate follows a schedule. Schedules are part of compiled programs, which are then stale.
    """
    replaced = False
    for player in PLAYERS:
        optimizer = without_loss_scaling(players.player(player).optimizer)
        config = optimizer.get_config()["learning_rate"]
        if isinstance(config, dict):
            schedule = keras.optimizers.schedules.deserialize(config)
            made = schedule.schedule if isinstance(schedule, ScaledSchedule) else schedule
            optimizer.learning_rate = ScaledSchedule(made, in_all) if in_all != 1.0 else made
            replaced = True
        elif times != 1.0:
            optimizer.learning_rate = float(config) * times
    return replaced
