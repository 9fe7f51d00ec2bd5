"""Holding what `fit` is given to what the assembly expects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ganreg.data.arrays import Array, as_labels, as_samples, refuse_out_of_range
from ganreg.data.batches import ArrayBatches, Batches, StreamBatches
from ganreg.data.spec import DataSpec
from ganreg.errors import DataError

if TYPE_CHECKING:
    from ganreg.engine.assembly import Assembly


def batches_of(x: Any, y: Any, assembly: Assembly, *, batch_size: int, shuffle: bool) -> Batches:
    """Makes batches of arrays or of a pipeline.

    Args:
        x: samples `[N, *shape]`, or a batched pipeline.
        y: class labels `[N]`, or `None`.
        assembly: says which shape, range and labels are needed.
        batch_size: for arrays.
        shuffle: for arrays.

    Raises:
        DataError: the samples or labels do not fit.
    """
    needs_labels = assembly.generator.conditional or assembly.discriminator.conditional
    if hasattr(x, "element_spec") or not hasattr(x, "__len__"):
        return StreamBatches(x)
    samples = shaped(as_samples(x), assembly.data)
    if samples.dtype != np.uint8:
        refuse_out_of_range(samples, assembly.data.value_range)
    labels = None if y is None else as_labels(y, len(samples))
    if needs_labels and labels is None:
        raise DataError("the networks are conditional and need labels: fit(x, y)")
    if labels is not None and assembly.data.num_classes is not None and labels.max() >= assembly.data.num_classes:
        raise DataError(f"label {labels.max()} is none of the {assembly.data.num_classes} classes, 0 and up")
    return ArrayBatches(
        samples, labels if needs_labels else None, batch_size=batch_size, seed=assembly.recipe.seed, shuffle=shuffle
    )


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
