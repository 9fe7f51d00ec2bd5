"""Lowering both players' learning rates in the middle of a training."""

from __future__ import annotations

from typing import Any

import keras

from ganreg.engine.loss_scaling import without_loss_scaling
from ganreg.engine.objectives import PLAYERS
from ganreg.engine.players import Players


@keras.saving.register_keras_serializable("ganreg")
class ScaledSchedule(keras.optimizers.schedules.LearningRateSchedule):
    """A learning-rate schedule times a factor.

    Args:
        schedule: the schedule, or its configuration as Keras serializes it.
        factor: what each of its rates is multiplied by.
    """

    def __init__(self, schedule: Any, factor: float) -> None:
        super().__init__()
        self.schedule = keras.optimizers.schedules.deserialize(schedule) if isinstance(schedule, dict) else schedule
        self.factor = factor

    def __call__(self, step: Any) -> Any:
        """The rate at a step."""
        return self.schedule(step) * self.factor

    def get_config(self) -> dict[str, Any]:
        """What makes it again."""
        return {"schedule": keras.optimizers.schedules.serialize(self.schedule), "factor": self.factor}


def lower_learning_rates(players: Players, *, times: float, in_all: float) -> bool:
    """Lowers both players' learning rates.

    Args:
        players: whose.
        times: what a constant rate is multiplied by.
        in_all: what the rates of a schedule are multiplied by, as it was made; no checkpoint holds them.

    Returns:
        Whether a rate follows a schedule: schedules are compiled in, so what was compiled before is stale.
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
