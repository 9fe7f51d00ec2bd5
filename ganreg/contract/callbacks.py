"""Callbacks at exact iterations, for plugins and for whatever writes a run's folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from ganreg.data.arrays import Array

Table = Mapping[str, Array]
"""The logs of n consecutive iterations: float32 `[n]` by name."""


class UpdateCallback(keras.callbacks.Callback):
    """A Keras callback that is also called at exact iterations.

    Compiled calls end at every multiple of `every`, so that a callback at iteration 500 sees the networks exactly as
    they are after 500 iterations.

    Attributes:
        every: the number of iterations between two calls of `on_iteration`. Defaults to 0, which means never.
    """

    every = 0

    def on_updates(self, first: int, logs: Table) -> None:
        """Called after each compiled call.

        Args:
            first: the number of the call's first iteration, counted from 0.
            logs: the losses, penalties and other values of each of its iterations, float32 `[n]` by name.
        """

    def on_iteration(self, iteration: int) -> None:
        """Called whenever the number of iterations that are done is a multiple of `every`.

        Args:
            iteration: the number of iterations that are done.
        """


class Recorder(UpdateCallback):
    """A callback whose state is stored in checkpoints, so that a resumed run continues exactly where it stopped.

    A run saves and restores all recorders: those that plugins return from `ganreg_callbacks`, and those passed as
    `callbacks=` to `ganreg.train` and `ganreg.resume`.

    Attributes:
        name: the key of the state in checkpoints, unique in a run. Defaults to no name, for recorders without state.

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
        """Returns everything needed to continue from here, as values that JSON supports. Defaults to `None`."""
        return None

    def restore(self, state: Any) -> None:
        """Restores a state; called before training starts.

        Args:
            state: the value that `state` returned, or `None` if the checkpoint has no state of this recorder.

        Raises:
            AttributeError, LookupError, TypeError, ValueError: this recorder did not write the state. The run is then
                not resumed, and the message names the recorder.
        """
