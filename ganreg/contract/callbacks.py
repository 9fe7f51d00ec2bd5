"""Callbacks that know about iterations: those of plugins and those that write a run's folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from ganreg.data.arrays import Array

Table = Mapping[str, Array]
"""Logs of consecutive iterations: float32 `[n]` by name."""


class UpdateCallback(keras.callbacks.Callback):
    """A Keras callback that is also called at exact iterations.

    The training loop never runs a compiled call past a multiple of `every`, so that what is wanted at iteration 500
    sees the networks as they are at iteration 500.

    Attributes:
        every: iterations between two calls of `on_iteration`; 0 for none.
    """

    every = 0

    def on_updates(self, first: int, logs: Table) -> None:
        """Called after each compiled call.

        Args:
            first: the number of the first iteration that the call ran, counted from 0.
            logs: its values and those of the iterations after it.
        """

    def on_iteration(self, iteration: int) -> None:
        """Called whenever `iteration`, the number of iterations done, is a multiple of `every`."""


class Recorder(UpdateCallback):
    """A callback whose state is kept in checkpoints, so that a resumed run continues exactly where it stopped.

    A run saves and restores every recorder that takes part, whoever wrote it: those that plugins return from
    `ganreg_callbacks`, and those passed as `callbacks=` to `ganreg.train` and `ganreg.resume`.

    Attributes:
        name: what the state is kept under, unique in a run; empty for a recorder without state.

    >>> class Counter(Recorder):
    ...     name = "acme-counter"
    ...     count = 0
    ...
    ...     def on_updates(self, first, logs):
    ...         self.count += len(next(iter(logs.values())))
    ...
    ...     def state(self):
    ...         return {"count": self.count}
    ...
    ...     def restore(self, state):
    ...         self.count = 0 if state is None else state["count"]
    """

    name = ""

    def state(self) -> Any:
        """Returns what is needed to continue from here, as plain values that JSON can hold."""
        return None

    def restore(self, state: Any) -> None:
        """Continues from a state; called before training begins.

        Args:
            state: as `state` returned it, or `None` where the checkpoint has none for this recorder.

        Raises:
            AttributeError, LookupError, TypeError, ValueError: the state is not one that this recorder wrote. The run
                is then not resumed, and the message names the recorder.
        """
