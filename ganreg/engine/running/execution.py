"""Runs updates in compiled calls."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import attrs
import numpy as np
import tensorflow as tf
from attrs import validators

from ganreg.contract.parameters import refuse_other_numbers
from ganreg.data.arrays import Array
from ganreg.data.batches import Taken
from ganreg.engine.replicas import Replicas
from ganreg.engine.running.fallback import COMPILE_ERRORS, is_of_xla, warn_of_fallback

Mode = Literal["graph", "xla", "eager"]


@attrs.frozen
class Execution:
    """A way to run updates.

    Attributes:
        mode: `"graph"` (TensorFlow's graph executor), `"xla"` (one compiled program) or `"eager"` (for debugging).
            Defaults to `"graph"`.
        updates_per_call: the number of iterations of the schedule in one call. Defaults to 1.
    """

    mode: Mode = attrs.field(default="graph", validator=validators.in_(("graph", "xla", "eager")))
    updates_per_call: int = attrs.field(default=1, validator=[refuse_other_numbers, validators.ge(1)])

    def __str__(self) -> str:
        return f"{self.mode}, {self.updates_per_call} update{'s' if self.updates_per_call > 1 else ''} a call"


Batch = Mapping[str, tf.Tensor]
"""Real samples as `real` and, where there are any, `labels` and `source`."""

Iterate = Callable[[Batch, tf.Tensor], dict[str, tf.Tensor]]
"""One iteration: maps n batches, each tensor `[n, B, ...]`, and the iteration's number to scalars by name."""


Prepared = tuple[Batch, tf.Tensor]
"""The input of one call: the batches of K iterations, each tensor `[K, n, B, ...]`, and the number of iterations to
run."""


class TrainFunction:
    """Runs up to K iterations in one compiled call.

    A call always passes the batches of K iterations, padded if fewer iterations run, so that it is traced once.

    Args:
        iterate: one iteration.
        counter: the variable that counts iterations; it is incremented after each.
        execution: how to run. If XLA cannot compile the iteration, it changes to graph execution with a warning.
        batches: the number of batches in one iteration.
        replicas: the devices that share each batch. Defaults to a single one.

    Attributes:
        execution: how calls run.
        compiled: the function that runs them.
        traces: how many times the function has been traced.
    """

    def __init__(
        self,
        iterate: Iterate,
        counter: tf.Variable,
        execution: Execution,
        batches: int,
        replicas: Replicas | None = None,
    ) -> None:
        self.execution, self._replicas = execution, replicas or Replicas()
        self._iterate, self._counter, self._batches = iterate, counter, batches
        self._names: Sequence[str] = ()
        self._has_run = False
        self.traces = 0
        self.compiled = self._compile()

    def _compile(self) -> Callable[..., Any]:
        iterations: Callable[..., Any] = self._many if self.execution.updates_per_call > 1 else self._one
        if self.execution.mode == "eager":
            return iterations
        # TensorFlow counts retracings for each function object; without the partial, it would count the first trace
        # of every new GAN as a retracing and warn about it.
        compiled: Callable[..., Any] = tf.function(
            functools.partial(iterations), jit_compile=self.execution.mode == "xla", autograph=False
        )
        return compiled

    def __call__(self, batches: Taken) -> dict[str, Array]:
        """Runs n iterations on their batches.

        Args:
            batches: arrays `[n * batches, B, ...]` by name, with n at most `updates_per_call`.

        Returns:
            The logs of each iteration, float32 `[n]` by name.
        """
        return self.run(self.prepared(batches))

    def prepared(self, batches: Taken) -> Prepared:
        """Turns batches into the tensors that `run` takes; may be called while another call runs.

        Args:
            batches: arrays `[n * batches, B, ...]` by name, with n at most `updates_per_call`.
        """
        size = self.execution.updates_per_call
        count = tf.constant(len(batches["real"]) // self._batches)
        return {name: self._stacked(values, size) for name, values in batches.items()}, count

    def run(self, prepared: Prepared) -> dict[str, Array]:
        """Runs iterations on batches from `prepared`; returns the logs of each iteration, float32 `[n]` by name."""
        count = int(prepared[1])
        table = np.asarray(self._run(*prepared))[:count]
        return {name: table[:, column] for column, name in enumerate(self._names)}

    def _run(self, *arguments: Any) -> tf.Tensor:
        try:
            values = self.compiled(*arguments)
        except COMPILE_ERRORS as error:
            # If it does not compile, nothing has run yet, so the graph can start from the same point.
            if self.execution.mode != "xla" or self._has_run or not is_of_xla(error):
                raise
            warn_of_fallback(error)
            self.execution = attrs.evolve(self.execution, mode="graph")
            self.compiled = self._compile()
            values = self.compiled(*arguments)
        self._has_run = True
        return values

    def _stacked(self, values: Array, size: int) -> Any:
        """Pads and reshapes `[n * batches, B, ...]` to `[size, batches, B, ...]`, and gives each device its part."""
        missing = size * self._batches - len(values)
        if missing:
            values = np.concatenate([values, np.zeros((missing, *values.shape[1:]), values.dtype)])
        return self._replicas.split(values.reshape(size, self._batches, *values.shape[1:]), axis=2)

    def _iteration(self, batches: Batch) -> tf.Tensor:
        """Runs one iteration and returns its logs as a vector; tracing stores their names."""
        logs = self._iterate(batches, self._counter.read_value())
        self._counter.assign_add(1)
        self._names = tuple(logs)
        return tf.stack([tf.cast(value, tf.float32) for value in logs.values()])

    def _everywhere(self, batches: Batch, index: int | tf.Tensor) -> tf.Tensor:
        """Runs one iteration on each device, on its part of the batches at an index."""
        return self._replicas.run(lambda own, place: self._iteration(_at(own, place)), batches, index)

    def _one(self, batches: Batch, count: tf.Tensor) -> tf.Tensor:
        self.traces += 1
        return self._everywhere(batches, 0)[tf.newaxis]

    def _many(self, batches: Batch, count: tf.Tensor) -> tf.Tensor:
        self.traces += 1
        size = self.execution.updates_per_call
        if self.execution.mode == "eager":
            return tf.stack([self._everywhere(batches, index) for index in range(int(count))])
        row, shape = self._traced(batches)

        def iterate(index: tf.Tensor, table: tf.TensorArray) -> tuple[tf.Tensor, tf.TensorArray]:
            return index + 1, table.write(index, row(index))

        table = tf.TensorArray(tf.float32, size=size, element_shape=shape, clear_after_read=False)
        table = tf.while_loop(lambda index, _: index < count, iterate, (tf.constant(0), table))[1]
        return table.stack()

    def _traced(self, batches: Batch) -> tuple[Callable[[tf.Tensor], tf.Tensor], tf.TensorShape]:
        """Traces one iteration, because the loop must know the length of a row of logs before it traces its body.

        Returns:
            The function that runs the iteration at an index, and the shape of its logs.
        """
        if self._replicas.strategy is None:
            body = tf.function(self._iteration, autograph=False).get_concrete_function(
                {name: tf.TensorSpec(values.shape[1:], values.dtype) for name, values in batches.items()}
            )
            return lambda index: body(_at(batches, index)), body.output_shapes
        everywhere = tf.function(self._everywhere, autograph=False)
        traced = everywhere.get_concrete_function(batches, tf.TensorSpec((), tf.int32))
        return lambda index: everywhere(batches, index), traced.output_shapes


def _at(batches: Batch, index: int | tf.Tensor) -> Batch:
    return {name: values[index] for name, values in batches.items()}
