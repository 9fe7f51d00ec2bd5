"""Checks that the samples and labels for `fit` match what the networks were built for."""

from __future__ import annotations

from typing import Any

import numpy as np

from ganreg.data.arrays import Array, as_labels, as_samples, refuse_out_of_range
from ganreg.data.batches import ArrayBatches, Batches, StreamBatches, Taken
from ganreg.data.spec import DataSpec
from ganreg.errors import DataError


def batches_of(
    x: Any, y: Any, data: DataSpec, *, needs_labels: bool, batch_size: int, seed: int, shuffle: bool
) -> Batches:
    """Makes batches from arrays or from a pipeline.

    Args:
        x: samples `[N, *shape]`, or a batched pipeline.
        y: class labels `[N]`, or `None`.
        data: the description of the samples for which the networks were built.
        needs_labels: whether the networks take labels; otherwise labels are checked and dropped.
        batch_size: the number of samples in one batch, for arrays.
        seed: the seed of the order, for arrays.
        shuffle: whether to shuffle, for arrays.

    Raises:
        DataError: the samples or labels do not fit.
    """
    if hasattr(x, "element_spec") or not hasattr(x, "__len__"):
        if y is not None:
            raise DataError("a pipeline must yield its labels in pairs with its samples; do not pass y")
        return CheckedStream(x, data, needs_labels=needs_labels)
    samples = shaped(as_samples(x), data)
    if samples.dtype != np.uint8:
        refuse_out_of_range(samples, data.value_range)
    labels = None if y is None else as_labels(y, len(samples))
    _refuse_unfit_labels(labels, data, needed=needs_labels)
    return ArrayBatches(samples, labels if needs_labels else None, batch_size=batch_size, seed=seed, shuffle=shuffle)


class CheckedStream(StreamBatches):
    """Batches from a pipeline, each checked when it is read.

    Args:
        pipeline: as for `StreamBatches`.
        data: the description of the samples for which the networks were built.
        needs_labels: whether the networks take labels; otherwise labels are dropped.
    """

    def __init__(self, pipeline: Any, data: DataSpec, *, needs_labels: bool) -> None:
        super().__init__(pipeline)
        self._data, self._needs_labels = data, needs_labels

    def take(self, first: int, count: int) -> Taken:
        """Reads `count` batches, starting with the `first`-th.

        Raises:
            DataError: samples or labels do not fit, or the pipeline fails.
        """
        stacked, labels = super().take(first, count)
        samples = shaped(as_samples(stacked.reshape(-1, *stacked.shape[2:])), self._data)
        refuse_out_of_range(samples, self._data.value_range)
        if labels is not None and self._needs_labels:
            labels = as_labels(labels.reshape(-1), len(samples)).reshape(labels.shape)
        _refuse_unfit_labels(labels, self._data, needed=self._needs_labels)
        return samples.reshape(count, -1, *self._data.shape), labels if self._needs_labels else None


def _refuse_unfit_labels(labels: Array | None, data: DataSpec, *, needed: bool) -> None:
    if needed and labels is None:
        raise DataError("the networks are conditional and need labels: call fit(x, y), or pass a pipeline of pairs")
    if labels is not None and data.num_classes is not None and labels.max() >= data.num_classes:
        raise DataError(f"label {labels.max()} is not one of the {data.num_classes} classes, which start at 0")


def shaped(samples: Array, data: DataSpec) -> Array:
    """Returns samples in the expected shape; a missing channel axis of size 1 is added.

    Raises:
        DataError: the samples have another shape.
    """
    if samples.shape[1:] == data.shape:
        return samples
    if (*samples.shape[1:], 1) == data.shape:
        return samples[..., np.newaxis]
    raise DataError(f"samples have shape {samples.shape[1:]}, but the networks were built for {data.shape}")
