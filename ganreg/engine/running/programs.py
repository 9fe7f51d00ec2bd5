"""The compiled functions that train an assembly, each made once."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ganreg.contract.schedule import Phase
from ganreg.engine.players import Players
from ganreg.engine.running.execution import Execution, TrainFunction


class Programs:
    """Compiles what the phases of a schedule need, and keeps it so that a second `fit` compiles nothing.

    Args:
        players: whose updates are compiled.

    Attributes:
        players: the same.
        execution: how the last training ran its updates; `None` before the first.
    """

    def __init__(self, players: Players) -> None:
        self.players = players
        self.execution: Execution | None = None
        self._functions: dict[Any, TrainFunction] = {}

    def function_for(self, phase: Phase, execution: Execution, iteration: int = 0) -> TrainFunction:
        """The compiled function for a phase of the schedule.

        Args:
            phase: what an iteration consists of.
            execution: how to run.
            iteration: which one is next. Where calls run one iteration each, those with the same lazy penalties
                share a function.
        """
        updates = self.players.updates
        due = updates.due(phase, iteration) if execution.updates_per_call == 1 else None
        key = (phase, execution, due)
        if key not in self._functions:
            generator_first = self.players.recipe.schedule.first == "generator"

            def iterate(real: tf.Tensor, labels: tf.Tensor | None, iteration: tf.Tensor) -> dict[str, tf.Tensor]:
                return updates.round(phase, real, labels, iteration, generator_first=generator_first, due=due)

            self._functions[key] = TrainFunction(iterate, self.players.iterations, execution, phase.batches)
        return self._functions[key]

    def forget(self) -> None:
        """Discards what was compiled, because something that is compiled in has changed."""
        self._functions.clear()
