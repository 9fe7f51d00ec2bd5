"""Checks that the samples and labels for `fit` match what the networks were built for."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from ganreg.data.arrays import Array, Data, as_labels, as_samples, refuse_out_of_range
from ganreg.data.batches import ArrayBatches, Batches, StreamBatches, Taken
from ganreg.data.spec import DataSpec
from ganreg.errors import DataError

_RANGE_OF_BYTES = (-1.0, 1.0)
"""The range to which uint8 samples are scaled."""


@attrs.frozen
class Expected:
    """What the networks of an assembly need of a batch.

    Attributes:
        data: the description of the samples for which the networks were built, and of their sources.
        needs_labels: whether the networks take labels; otherwise labels are checked and dropped. Defaults to `False`.
        needs_source: whether the game needs sources; otherwise sources are dropped. Defaults to `False`.
    """

    data: DataSpec
    needs_labels: bool = False
    needs_source: bool = False


def batches_of(
    x: Any, y: Any, expected: Expected, *, batch_size: int, seed: int, shuffle: bool, source: Any = None
) -> Batches:
    """Makes batches from arrays or from a pipeline.

    Args:
        x: samples `[N, *shape]`, or a batched pipeline.
        y: class labels `[N]`, or `None`.
        expected: what the networks need.
        batch_size: the number of samples in one batch, for arrays.
        seed: the seed of the order, for arrays.
        shuffle: whether to shuffle, for arrays.
        source: sources `[M, *source.shape]`, or `None`.

    Raises:
        DataError: the samples, labels or sources do not fit.
    """
    if expected.needs_source and (_is_pipeline(source) or (_is_pipeline(x) and source is not None)):
        raise DataError("a pipeline must yield its sources in pairs with its samples; do not pass y")
    if _is_pipeline(x):
        if y is not None:
            raise DataError("a pipeline must yield its labels in pairs with its samples; do not pass y")
        return CheckedStream(x, expected)
    data = expected.data
    sources = _fitting_sources(source, data) if expected.needs_source else None
    samples = _fitting(x, data)
    labels = None if y is None else as_labels(y, len(samples))
    _refuse_unfit_labels(labels, expected)
    if data.paired and sources is not None and len(sources) != len(samples):
        raise DataError(
            f"there are {len(sources)} sources for {len(samples)} samples, but the data are paired; "
            "pass one source for each sample"
        )
    return ArrayBatches(
        samples,
        labels if expected.needs_labels else None,
        batch_size=batch_size,
        seed=seed,
        shuffle=shuffle,
        source=sources,
        paired=data.paired,
    )


def part_of(data: Data, expected: Expected, *, held_out: bool) -> tuple[Array, Array | None, Array | None]:
    """Returns one part of data: samples, their labels and sources.

    Args:
        data: the data.
        expected: what the networks need.
        held_out: whether to take the held-out part where there is one. Unpaired sources may have one without the
            samples having one, and the reverse.

    Raises:
        DataError: the networks need pairs, but the data are not paired.
    """
    if expected.needs_source and expected.data.paired and not data.paired:
        raise DataError(
            "this GAN was assembled for paired data, but these are not paired; "
            "pass Data(..., paired=True), or assemble it for unpaired data"
        )
    source = data.source
    sources = None if source is None else source.test if held_out and source.test is not None else source.train
    if held_out and data.test is not None:
        return data.test, data.test_labels, sources
    return data.train, data.train_labels, sources


def _is_pipeline(x: Any) -> bool:
    return x is not None and (hasattr(x, "element_spec") or not hasattr(x, "__len__"))


def _fitting(values: Any, data: DataSpec, what: str = "samples") -> Array:
    """Samples of the expected shape and within their range."""
    samples = shaped(as_samples(values, what), data, what)
    if samples.dtype != np.uint8:
        refuse_out_of_range(samples, data.value_range, what)
    elif data.value_range not in (None, _RANGE_OF_BYTES):
        least, greatest = data.value_range
        raise DataError(
            f"{what} are uint8, which stand for -1..1, but the networks were built for {least:g}..{greatest:g}; "
            "pass floats in that range"
        )
    return samples


def _fitting_sources(values: Any, data: DataSpec) -> Array:
    """Sources of the expected shape and within their range."""
    if values is None or data.source is None:
        raise DataError("this game needs sources: call fit(sources, samples), or pass a Data with a source")
    return _fitting(values, data.source, "sources")


class CheckedStream(StreamBatches):
    """Batches from a pipeline, each checked when it is read.

    Args:
        pipeline: as for `StreamBatches`.
        expected: what the networks need.
    """

    def __init__(self, pipeline: Any, expected: Expected) -> None:
        super().__init__(pipeline, translates=expected.needs_source)
        self._expected = expected

    def take(self, first: int, count: int) -> Taken:
        """Reads `count` batches, starting with the `first`-th.

        Raises:
            DataError: samples, labels or sources do not fit, or the pipeline fails.
        """
        read, data = super().take(first, count), self._expected.data
        taken = {}
        if self._expected.needs_source:
            if "source" not in read or data.source is None:
                raise DataError("this game needs sources: the pipeline must yield pairs (source, sample), or 'source'")
            taken["source"] = _each_fitting(read["source"], data.source, "sources")
        taken["real"] = _each_fitting(read["real"], data)
        labels = read.get("labels")
        if labels is not None and self._expected.needs_labels:
            taken["labels"] = as_labels(labels.reshape(-1), labels.size).reshape(labels.shape)
        _refuse_unfit_labels(labels, self._expected)
        return taken


def _each_fitting(batches: Array, data: DataSpec, what: str = "samples") -> Array:
    """Batches `[n, B, ...]` of samples of the expected shape and within their range."""
    samples = _fitting(batches.reshape(-1, *batches.shape[2:]), data, what)
    return samples.reshape(len(batches), -1, *data.shape)


def _refuse_unfit_labels(labels: Array | None, expected: Expected) -> None:
    classes = expected.data.num_classes
    if expected.needs_labels and labels is None:
        remedy = "call fit(x, y), or pass a pipeline of pairs"
        if expected.needs_source:
            remedy = "pass a Data with train_labels, or a pipeline of dicts with 'image', 'label' and 'source'"
        raise DataError(f"the networks are conditional and need labels: {remedy}")
    if labels is not None and classes is not None and labels.max() >= classes:
        raise DataError(f"label {labels.max()} is not one of the {classes} classes, which start at 0")


def shaped(samples: Array, data: DataSpec, what: str = "samples") -> Array:
    """Returns samples in the expected shape; a missing channel axis of size 1 is added.

    Args:
        samples: `[N, ...]`.
        data: the description of one sample.
        what: the name of the samples in messages. Defaults to "samples".

    Raises:
        DataError: the samples have another shape.
    """
    if samples.shape[1:] == data.shape:
        return samples
    if (*samples.shape[1:], 1) == data.shape:
        return samples[..., np.newaxis]
    raise DataError(f"{what} have shape {samples.shape[1:]}, but the networks were built for {data.shape}")
