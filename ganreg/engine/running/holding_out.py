"""The data that Keras's `validation_data` and `validation_split` stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np

from ganreg.data.arrays import Data
from ganreg.data.checking import comes_in_batches
from ganreg.engine.refusals import FIT
from ganreg.engine.running.counts import share
from ganreg.errors import DataError, SpecError


def unpacked(given: Any) -> tuple[Any, Any]:
    """Takes Keras's `validation_data` apart, into samples and labels or sources and samples.

    Args:
        given: a pair `(x, y)`, or anything that `fit` takes as `x`.

    Raises:
        SpecError: sample weights are given.
    """
    if isinstance(given, list) and 0 < len(given) <= 3 and all(hasattr(one, "shape") for one in given):
        given = tuple(given)
    if not isinstance(given, tuple):
        return given, None
    if len(given) == 3 and given[2] is not None:
        raise SpecError(f"validation_data of a GAN has no sample weights; {FIT['sample_weight']}")
    if not 0 < len(given) <= 3:
        raise DataError(f"validation_data must be a pair of x and y, or x alone, got {len(given)} values")
    return given[0], given[1] if len(given) > 1 else None


def held_out(x: Any, y: Any, fraction: Any) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Divides samples as Keras does: the last ones, before shuffling, are for validation.

    Args:
        x: arrays, or a `Data`, whose training part is divided.
        y: arrays, or `None`.
        fraction: the share for validation, in [0, 1).

    Returns:
        x and y for training, and x and y for validation.

    Raises:
        SpecError: the fraction is not such a number.
        DataError: the samples cannot be divided, or a part would be empty.
    """
    fraction = share("validation_split", fraction)
    if isinstance(x, Data):
        parts = [_part(x, fraction, last=last) for last in (False, True)]
        return (parts[0], y), (parts[1], y)
    if comes_in_batches(x):
        raise DataError("validation_split divides arrays only; pass validation_data= next to a pipeline")
    if isinstance(x, (tuple, Mapping)):
        keys = list(x) if isinstance(x, Mapping) else range(len(x))
        cut = [_divided(x[key], fraction) for key in keys]
        wholes = (dict(zip(keys, part, strict=True)) for part in zip(*cut, strict=True))
        one, other = wholes if isinstance(x, Mapping) else (tuple(part.values()) for part in wholes)
        return (one, y), (other, y)
    first, last = zip(*(_divided(values, fraction) for values in (x, y)), strict=True)
    return first, last


def _part(data: Data, fraction: float, *, last: bool) -> Data:
    """One part of the training samples as data of their own."""
    cut = {name: _divided(getattr(data, name), fraction)[last] for name in ("train", "train_labels")}
    source = None if data.source is None else _part(data.source, fraction, last=last)
    return attrs.evolve(data, **cut, source=source, test=None, test_labels=None)


def _divided(values: Any, fraction: float) -> tuple[Any, Any]:
    if values is None:
        return None, None
    count = int(np.floor(len(values) * (1.0 - fraction)))
    if not 0 < count < len(values):
        raise DataError(
            f"validation_split={fraction:g} of {len(values)} samples leaves a part without samples; "
            "choose another share, or pass validation_data="
        )
    rows = getattr(values, "iloc", values)
    return rows[:count], rows[count:]
