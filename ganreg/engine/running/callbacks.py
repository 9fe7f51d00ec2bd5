"""Where compiled calls must end because of callbacks, and the logs that plain Keras callbacks get."""

from __future__ import annotations

from collections.abc import Iterable

import keras
import numpy as np

from ganreg.contract.callbacks import Table, UpdateCallback


def next_stop(iteration: int, callbacks: Iterable[UpdateCallback], limit: int) -> int:
    """Returns the iteration at which a compiled call must end: a callback's next multiple of `every`, or `limit`."""
    stops = [(iteration // callback.every + 1) * callback.every for callback in callbacks if callback.every]
    return min([limit, *stops])


def wants_each_update(callback: keras.callbacks.Callback) -> bool:
    """Whether a plain Keras callback does something at each batch, so that a call may run only one iteration."""
    if isinstance(callback, (UpdateCallback, keras.callbacks.ProgbarLogger, keras.callbacks.History)):
        return False
    methods = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")
    return any(getattr(type(callback), name) is not getattr(keras.callbacks.Callback, name) for name in methods)


def means(logs: Table) -> dict[str, float]:
    """Computes the mean of each value over the iterations."""
    return {name: float(np.mean(values)) for name, values in logs.items()}
