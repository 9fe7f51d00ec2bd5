"""Callbacks that keep to the update, whatever number of updates one compiled call runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import keras
import numpy as np

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


def next_stop(iteration: int, callbacks: Iterable[UpdateCallback], limit: int) -> int:
    """The iteration before which a compiled call must end: the next multiple of a callback's `every`, or the limit."""
    stops = [(iteration // callback.every + 1) * callback.every for callback in callbacks if callback.every]
    return min([limit, *stops])


def wants_each_update(callback: keras.callbacks.Callback) -> bool:
    """Whether a plain Keras callback does something at each batch, so that no two may run in one call."""
    if isinstance(callback, (UpdateCallback, keras.callbacks.ProgbarLogger, keras.callbacks.History)):
        return False
    methods = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")
    return any(getattr(type(callback), name) is not getattr(keras.callbacks.Callback, name) for name in methods)


def means(logs: Table) -> dict[str, float]:
    """The mean of each value over the iterations."""
    return {name: float(np.mean(values)) for name, values in logs.items()}
