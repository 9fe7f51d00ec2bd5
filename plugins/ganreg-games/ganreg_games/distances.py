"""The distance between samples that the bundled games minimise."""

from __future__ import annotations

from ganreg.lazy import ops, tf


def mean_absolute(first: tf.Tensor, second: tf.Tensor) -> tf.Tensor:
    """Returns the mean absolute difference of samples `[B, ...]` over all their values, a scalar."""
    return ops.mean(ops.abs(first - second))
