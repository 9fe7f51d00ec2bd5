"""Checking that the samples and labels given to `fit` are those that the networks were built for."""

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
    """Makes batches of arrays or of a pipeline.

    Args:
        x: samples `[N, *shape]`, or a batched pipeline.
        y: class labels `[N]`, or `None`.
        data: the shape, range and number of classes that the networks were built for.
        needs_labels: whether the networks take labels; otherwise labels are checked and left out.
        batch_size: samples in one batch, for arrays.
        seed: determines the order, for arrays.
        shuffle: whether to shuffle, for arrays.

    Raises:
        DataError: the samples or labels do not fit.
    """
    if hasattr(x, "element_spec") or not hasattr(x, "__len__"):
        if y is not None:
            raise DataError("a pipeline's labels come in pairs with its samples; pass no y beside it")
        return CheckedStream(x, data, needs_labels=needs_labels)
    samples = shaped(as_samples(x), data)
    if samples.dtype != np.uint8:
        refuse_out_of_range(samples, data.value_range)
    labels = None if y is None else as_labels(y, len(samples))
    _refuse_unfit_labels(labels, data, needed=needs_labels)
    return ArrayBatches(samples, labels if needs_labels else None, batch_size=batch_size, seed=seed, shuffle=shuffle)


class CheckedStream(StreamBatches):
    """Batches of a pipeline, held to what the assembly expects as they come.

    Args:
        pipeline: as for `StreamBatches`.
        data: what one sample must look like.
        needs_labels: whether labels must come with the samples; they are dropped otherwise.
    """

    def __init__(self, pipeline: Any, data: DataSpec, *, needs_labels: bool) -> None:
        super().__init__(pipeline)
        self._data, self._needs_labels = data, needs_labels

    def take(self, first: int, count: int) -> Taken:
        """Reads `count` batches, going forward to the `first`-th.

        Raises:
            DataError: samples or labels do not fit.
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
        raise DataError("the networks are conditional and need labels: fit(x, y), or a pipeline of pairs")
    if labels is not None and data.num_classes is not None and labels.max() >= data.num_classes:
        raise DataError(f"label {labels.max()} is none of the {data.num_classes} classes, 0 and up")


def shaped(samples: Array, data: DataSpec) -> Array:
    """Returns samples of the expected shape; a missing channel axis of 1 is added.

    Raises:
        DataError: the shape is another.
    """
    if samples.shape[1:] == data.shape:
        return samples
    if (*samples.shape[1:], 1) == data.shape:
        return samples[..., np.newaxis]
    raise DataError(f"samples have shape {samples.shape[1:]}, but the networks were built for {data.shape}")
