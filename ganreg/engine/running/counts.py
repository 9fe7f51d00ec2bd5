"""Checks the numbers that `fit` and its relatives take."""

from __future__ import annotations

import math
import operator
from typing import Any

from ganreg.errors import SpecError


def whole(name: str, value: Any, least: int = 0) -> int:
    """Returns a number as an `int`.

    Args:
        name: the argument's name, for messages.
        value: the number.
        least: the least number that is allowed. Defaults to 0.

    Raises:
        SpecError: it is not a whole number, or less than that.
    """
    try:
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    if number is None or number < least:
        raise SpecError(f"{name} must be a whole number of at least {least}, got {value!r}")
    return number


def verbosity(value: Any) -> str | int:
    """Returns how much a training prints: `"auto"`, or 0, 1 or 2 as in Keras.

    Raises:
        SpecError: it is something else.
    """
    if value == "auto" or (isinstance(value, int) and value in (0, 1, 2)):
        return value if value == "auto" else int(value)
    raise SpecError(f'verbose must be "auto", 0, 1 or 2, got {value!r}')


def optional(name: str, value: Any, least: int = 0) -> int | None:
    """Returns a number as an `int`, and `None` unchanged.

    Raises:
        SpecError: as `whole`.
    """
    return None if value is None else whole(name, value, least)


def epoch_range(epochs: Any, initial_epoch: Any) -> range:
    """The numbers of the epochs to run.

    Args:
        epochs: the epoch at which to stop; `None` for one epoch.
        initial_epoch: the number of the first epoch.

    Raises:
        SpecError: a number is not whole or is negative, or the first epoch comes after the last.
    """
    first = whole("initial_epoch", initial_epoch)
    last = first + 1 if epochs is None else whole("epochs", epochs)
    if last < first:
        raise SpecError(
            f"epochs is the epoch at which to stop, as in Keras: epochs={last} leaves nothing to do after "
            f"initial_epoch={first}; pass epochs={first + last} for {last} more epochs"
        )
    return range(first, last)


def share(name: str, value: Any) -> float:
    """Returns a share of the samples, in [0, 1).

    Raises:
        SpecError: it is not such a number.
    """
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not 0.0 <= number < 1.0:
        raise SpecError(f"{name} must be a share of the samples, from 0 up to less than 1, got {value!r}")
    return number
