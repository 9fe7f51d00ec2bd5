"""Evaluates the losses, penalties and accuracies on data, by itself or as the validation of a training."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ganreg.data.batches import Batches
from ganreg.engine.running.counts import optional, whole
from ganreg.engine.running.programs import Programs
from ganreg.errors import DataError, SpecError


class Evaluation:
    """Evaluates batches, always with the same random numbers.

    Args:
        programs: the compiled functions.
        batches: arranges the data in batches.
        steps: the number of batches. Defaults to every whole batch once.
        name: the argument that gives the number of batches, for messages. Defaults to `"steps"`.

    Raises:
        DataError: the data do not know their length, and no number of batches is given.
        SpecError: the number of batches is not a positive whole number.
    """

    def __init__(
        self, programs: Programs, batches: Callable[[], Batches], *, steps: Any = None, name: str = "steps"
    ) -> None:
        self._programs, self._arrange = programs, batches
        self._batches = batches()
        known = self._batches.per_epoch
        wanted = optional(name, steps, 1)
        if known is None and wanted is None:
            raise DataError(f"the pipeline does not know its length; pass {name}=")
        self.steps = wanted if known is None else min(wanted or known, known)

    def run(self, callbacks: keras.callbacks.CallbackList) -> dict[str, float]:
        """Evaluates every batch once and returns the means by name."""
        callbacks.on_test_begin()
        totals: dict[str, list[float]] = {}
        logs: dict[str, float] = {}
        for index in range(self.steps or 0):
            callbacks.on_test_batch_begin(index)
            for name, value in self.evaluated(self._batches, index).items():
                totals.setdefault(name, []).append(value)
            logs = {name: float(np.mean(values)) for name, values in totals.items()}
            callbacks.on_test_batch_end(index, logs)
        if not self._batches.may_be_taken_ahead:  # a pipeline cannot go back to its first batch
            self._batches = self._arrange()
        callbacks.on_test_end(logs)
        return logs

    def evaluated(self, batches: Batches, index: int) -> dict[str, float]:
        """Evaluates one batch."""
        batch = {name: tf.constant(values[0]) for name, values in batches.take(index, 1).items()}
        logs = self._programs.evaluate(batch, tf.constant(index))
        return {name: float(value) for name, value in logs.items()}


class Validation:
    """The evaluation of other data at the end of epochs.

    Args:
        evaluation: evaluates the data.
        every: the number of epochs between two validations, or the epochs, counted from 1, after which to validate.

    Raises:
        SpecError: it is neither a positive whole number nor a collection of such.
    """

    def __init__(self, evaluation: Evaluation, every: Any = 1) -> None:
        self._evaluation = evaluation
        self._every: int | Collection[int]
        if isinstance(every, (Sequence, set, frozenset, np.ndarray)) and not isinstance(every, str):
            self._every = frozenset(whole("each epoch of validation_freq", one, 1) for one in every)
        else:
            self._every = whole("validation_freq", every, 1)

    def is_due(self, epoch: int) -> bool:
        """Whether an epoch, counted from 0, ends with a validation."""
        return (epoch + 1) % self._every == 0 if isinstance(self._every, int) else epoch + 1 in self._every

    def run(self, callbacks: keras.callbacks.CallbackList) -> dict[str, float]:
        """Evaluates, and returns the means as `val_...`."""
        return {f"val_{name}": value for name, value in self._evaluation.run(callbacks).items()}


def listed(values: dict[str, float], *, as_dict: Any) -> Any:
    """The values by name, or as a list in the same order.

    Args:
        values: the values.
        as_dict: Keras's `return_dict`.

    Raises:
        SpecError: `as_dict` is neither true nor false.
    """
    if as_dict not in (True, False):
        raise SpecError(f"return_dict must be True or False, got {as_dict!r}")
    return values if as_dict else list(values.values())
