"""Leaves the scope of a strategy, for networks that no devices share. Importable without TensorFlow."""

from __future__ import annotations

import contextvars
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ganreg.lazy import tf

Returned = TypeVar("Returned")


def outside_of_strategy(function: Callable[[], Returned]) -> Returned:
    """Calls a function where no strategy's scope is open, so that what it creates is not spread over devices.

    A scope cannot be left, but it belongs to a thread.

    Args:
        function: the function, such as one that trains a network of its own.
    """
    if "tensorflow" not in sys.modules or not tf.distribute.has_strategy():
        return function()
    with ThreadPoolExecutor(1, "ganreg-outside") as pool:
        return pool.submit(contextvars.copy_context().run, function).result()
