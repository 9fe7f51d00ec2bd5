"""Where compiled calls must end because of callbacks, and the logs that plain Keras callbacks get."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ganreg.contract.callbacks import Table, UpdateCallback


def next_stop(iteration: int, callbacks: Iterable[UpdateCallback], limit: int) -> int:
    """Returns the iteration at which a compiled call must end: a callback's next multiple of `every`, or `limit`."""
    stops = [(iteration // callback.every + 1) * callback.every for callback in callbacks if callback.every]
    return min([limit, *stops])


def means(logs: Table) -> dict[str, float]:
    """Computes the mean of each value over the iterations."""
    return {name: float(np.mean(values)) for name, values in logs.items()}
