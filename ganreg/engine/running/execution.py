"""Runs updates in compiled calls."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, Literal

import attrs
import numpy as np
import tensorflow as tf
from attrs import validators

from ganreg.data.arrays import Array
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
    updates_per_call: int = attrs.field(default=1, validator=validators.ge(1))

    def __str__(self) -> str:
        return f"{self.mode}, {self.updates_per_call} update{'s' if self.updates_per_call > 1 else ''} a call"


Iterate = Callable[[tf.Tensor, "tf.Tensor | None", tf.Tensor], dict[str, tf.Tensor]]
"""One iteration: maps real samples `[n, B, *shape]`, labels `[n, B]` and the iteration's number to scalars by name."""


Prepared = tuple[tf.Tensor, "tf.Tensor | None", tf.Tensor]
"""The input of one call: real samples and labels of K iterations, and the number of iterations to run."""


class TrainFunction:
    """Runs up to K iterations in one compiled call.

    A call always passes the batches of K iterations, padded if fewer iterations run, so that it is traced once.

    Args:
        iterate: one iteration.
        counter: the variable that counts iterations; it is incremented after each.
        execution: how to run. If XLA cannot compile the iteration, it changes to graph execution with a warning.
        batches: the number of batches in one iteration.

    Attributes:
        execution: how calls run.
        compiled: the function that runs them.
        traces: how many times the function has been traced.
    """

    def __init__(self, iterate: Iterate, counter: tf.Variable, execution: Execution, batches: int) -> None:
        self.execution = execution
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

    def __call__(self, real: Array, labels: Array | None) -> dict[str, Array]:
        """Runs n iterations on their batches.

        Args:
            real: float32 `[n * batches, B, *shape]`, with n at most `updates_per_call`.
            labels: int32 `[n * batches, B]`, or `None`.

        Returns:
            The logs of each iteration, float32 `[n]` by name.
        """
        return self.run(self.prepared(real, labels))

    def prepared(self, real: Array, labels: Array | None) -> Prepared:
        """Turns batches into the tensors that `run` takes; may be called while another call runs.

        Args:
            real: float32 `[n * batches, B, *shape]`, with n at most `updates_per_call`.
            labels: int32 `[n * batches, B]`, or `None`.
        """
        size = self.execution.updates_per_call
        count = tf.constant(len(real) // self._batches)
        return self._stacked(real, size), None if labels is None else self._stacked(labels, size), count

    def run(self, prepared: Prepared) -> dict[str, Array]:
        """Runs iterations on batches from `prepared`; returns the logs of each iteration, float32 `[n]` by name."""
        count = int(prepared[2])
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

    def _stacked(self, values: Array, size: int) -> tf.Tensor:
        """Pads and reshapes `[n * batches, B, ...]` to a tensor `[size, batches, B, ...]`."""
        missing = size * self._batches - len(values)
        if missing:
            values = np.concatenate([values, np.zeros((missing, *values.shape[1:]), values.dtype)])
        return tf.constant(values.reshape(size, self._batches, *values.shape[1:]))

    def _iteration(self, real: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        """Runs one iteration and returns its logs as a vector; tracing stores their names."""
        logs = self._iterate(real, labels, self._counter.read_value())
        self._counter.assign_add(1)
        self._names = tuple(logs)
        return tf.stack([tf.cast(value, tf.float32) for value in logs.values()])

    def _one(self, real: tf.Tensor, labels: tf.Tensor | None, count: tf.Tensor) -> tf.Tensor:
        self.traces += 1
        return self._iteration(real[0], None if labels is None else labels[0])[tf.newaxis]

    def _many(self, real: tf.Tensor, labels: tf.Tensor | None, count: tf.Tensor) -> tf.Tensor:
        self.traces += 1
        size = self.execution.updates_per_call
        if self.execution.mode == "eager":
            rows = [self._iteration(real[i], None if labels is None else labels[i]) for i in range(int(count))]
            return tf.stack(rows)
        # Traced separately first, because the loop must know the length of a row of logs before it traces its body.
        body = tf.function(self._iteration, autograph=False).get_concrete_function(
            tf.TensorSpec(real.shape[1:], real.dtype),
            None if labels is None else tf.TensorSpec(labels.shape[1:], labels.dtype),
        )

        def iterate(index: tf.Tensor, table: tf.TensorArray) -> tuple[tf.Tensor, tf.TensorArray]:
            arguments = (real[index],) if labels is None else (real[index], labels[index])
            return index + 1, table.write(index, body(*arguments))

        table = tf.TensorArray(tf.float32, size=size, element_shape=body.output_shapes, clear_after_read=False)
        table = tf.while_loop(lambda index, _: index < count, iterate, (tf.constant(0), table))[1]
        return table.stack()
