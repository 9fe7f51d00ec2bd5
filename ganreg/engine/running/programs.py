"""The compiled functions that train an assembly, each compiled once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from ganreg.contract.schedule import Phase
from ganreg.engine.players import Players
from ganreg.engine.running.execution import Batch, Execution, TrainFunction


class Programs:
    """Compiles the functions that the phases of a schedule need, and keeps them for later calls of `fit`.

    Args:
        players: the players whose updates are compiled.

    Attributes:
        players: the same players.
        execution: how the last training ran its updates; `None` before the first.
    """

    def __init__(self, players: Players) -> None:
        self.players = players
        self.execution: Execution | None = None
        self._functions: dict[Any, TrainFunction] = {}
        self._evaluate: Callable[[Batch, tf.Tensor], dict[str, tf.Tensor]] | None = None
        self._compiled_for: tuple[int, ...] = ()

    @property
    def functions(self) -> Sequence[TrainFunction]:
        """The compiled functions, in the order in which they were made."""
        return tuple(self._functions.values())

    def function_for(self, phase: Phase, execution: Execution, iteration: int = 0) -> TrainFunction:
        """Returns the compiled function for a phase of the schedule.

        Args:
            phase: the updates that an iteration consists of.
            execution: how to run.
            iteration: the number of the next iteration. If calls run a single iteration, those in which the same lazy
                penalties are due share a function. Defaults to 0.
        """
        updates = self.players.updates
        due = updates.due(phase, iteration) if execution.updates_per_call == 1 else None
        key = (phase, execution, due)
        if key not in self._functions:
            generator_first = self.players.recipe.schedule.first == "generator"

            def iterate(batches: Batch, iteration: tf.Tensor) -> dict[str, tf.Tensor]:
                return updates.round(phase, batches, iteration, generator_first=generator_first, due=due)

            self._functions[key] = TrainFunction(
                iterate, self.players.iterations, execution, phase.batches, self.players.replicas
            )
        return self._functions[key]

    @property
    def evaluate(self) -> Callable[[Batch, tf.Tensor], dict[str, tf.Tensor]]:
        """The compiled function that evaluates one batch; see `Updates.evaluate`."""
        if self._evaluate is None:
            self._evaluate = tf.function(functools.partial(self.players.updates.evaluate), autograph=False)
        return self._evaluate

    def refresh(self) -> None:
        """Prepares for another training: discards the compiled functions if other weights are trainable now.

        Layers that draw random numbers, such as dropout, draw other ones on each device.

        Raises:
            AssemblyError: a player has no trainable weights, or its optimizer does not know one.
        """
        players = (self.players.generator, self.players.discriminator)
        for player in players:
            player.check_trainable()
        trainable = tuple(id(variable) for player in players for variable in player.trainable_variables)
        if trainable != self._compiled_for:
            self.forget()
        self._compiled_for = trainable
        self.players.replicas.separate_seeds(list(self.players.networks.values()))

    def forget(self) -> None:
        """Discards all compiled functions, because something that they contain has changed."""
        self._functions.clear()
        self._evaluate = None
