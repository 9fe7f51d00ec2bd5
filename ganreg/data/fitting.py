"""Checks that samples and labels match what the networks were built for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import numpy as np

from ganreg.data.arrays import Array, as_samples
from ganreg.data.batches import Taken
from ganreg.data.conversion import as_array, as_numbers_or_text
from ganreg.data.elements import Parts
from ganreg.data.labels import names_in, read_labels, refuse_columns
from ganreg.data.ranges import recognised_range, refuse_out_of_range, to_network_range
from ganreg.data.spec import DataSpec
from ganreg.data.streams import refuse_other_counts
from ganreg.errors import DataError


class ClassNames:
    """The names of a GAN's classes: those of its dataset, or those in the first labels that were text.

    Args:
        load: returns the names that the dataset has, or none; called when names are first needed.
        kept: called with the names that labels have given to the classes. Defaults to `None`.
    """

    def __init__(
        self, load: Callable[[], Sequence[str]] = tuple, kept: Callable[[Sequence[str]], None] | None = None
    ) -> None:
        self._load, self._kept = load, kept
        self._names: Sequence[str] | None = None

    def known(self) -> Sequence[str]:
        """Returns the names, or none if there are none yet."""
        if self._names is None:
            self._names = tuple(self._load())
        return self._names

    def keep(self, names: Sequence[str]) -> None:
        """Names the classes, so that later labels mean the same."""
        self._names = tuple(names)
        if self._kept is not None:
            self._kept(self._names)


@attrs.frozen(eq=False)
class Expected:
    """What the networks of an assembly need of a batch.

    Attributes:
        data: the description of the samples for which the networks were built, and of their sources.
        needs_labels: whether the networks take labels; otherwise labels are checked and dropped. Defaults to `False`.
        needs_source: whether the game needs sources; otherwise sources are dropped. Defaults to `False`.
        class_names: the names of the classes. Defaults to none.
    """

    data: DataSpec
    needs_labels: bool = False
    needs_source: bool = False
    class_names: ClassNames = attrs.field(factory=ClassNames)

    def samples(self, values: Any) -> Array:
        """Samples of the expected shape and within their range: float32 in the data's own range, or uint8.

        Raises:
            DataError: they are not.
        """
        return _fitting(values, self.data)

    def sources(self, values: Any) -> Array:
        """Sources of the expected shape and within their range.

        Raises:
            DataError: there are none, or they are not.
        """
        if values is None or self.data.source is None:
            raise DataError("this game needs sources: call fit(sources, samples), or pass a Data with a source")
        return _fitting(values, self.data.source, "sources")

    def labels(self, values: Any, count: int, *, whole: bool) -> Array | None:
        """Labels as class numbers, int32 `[N]`; `None` if the networks need none.

        Args:
            values: labels in any form, or `None`.
            count: the number of samples.
            whole: whether these are all labels, so that the names in them are the names of all classes.

        Raises:
            DataError: the networks need labels and there are none, or they are not the expected classes.
        """
        if values is None:
            self._refuse_missing_labels()
            return None
        names: Sequence[str] = ()
        if as_numbers_or_text(values, "labels").dtype.kind == "U":
            names = self._names(values, whole)
            if not self.needs_labels and not names:
                return None
        read = read_labels(values, count, names=names)
        classes = self.data.num_classes
        refuse_columns(read, classes)
        if classes is not None and read.numbers.max() >= classes:
            raise DataError(f"label {read.numbers.max()} is not one of the {classes} classes, which start at 0")
        return read.numbers if self.needs_labels else None

    def _names(self, values: Any, whole: bool) -> Sequence[str]:
        """The names of the classes: those of the dataset, or those in the labels if there are as many as classes."""
        known = self.class_names.known()
        if known or not whole:
            return known
        found = names_in(values)
        if not self.needs_labels:
            return found
        if len(found) == self.data.num_classes:
            self.class_names.keep(found)
            return found
        raise DataError(
            f"labels are the names of {len(found)} classes, but the networks were built for {self.data.num_classes}; "
            "pass class numbers, or a Data with class_names"
        )

    def _refuse_missing_labels(self) -> None:
        if self.needs_labels:
            remedy = "call fit(x, y), or pass a pipeline of pairs"
            if self.needs_source:
                remedy = "pass a Data with train_labels, or a pipeline of dicts with 'image', 'label' and 'source'"
            raise DataError(f"the networks are conditional and need labels: {remedy}")

    def read(self, parts: Parts) -> Taken:
        """Checks one batch of a pipeline, and turns it into what networks see.

        Args:
            parts: the batch, in any form.

        Returns:
            Arrays `[B, ...]`.

        Raises:
            DataError: samples, labels or sources do not fit.
        """
        _refuse_unbatched(parts["real"], self.data)
        batch: Taken = {}
        if self.needs_source:
            if "source" not in parts or self.data.source is None:
                raise DataError("this game needs sources: the pipeline must yield pairs (source, sample), or 'source'")
            batch["source"] = to_network_range(self.sources(parts["source"]), self.data.source.value_range)
        batch["real"] = to_network_range(self.samples(parts["real"]), self.data.value_range)
        labels = self.labels(parts.get("labels"), len(batch["real"]), whole=False)
        if labels is not None:
            batch["labels"] = labels
        refuse_other_counts(batch)
        return batch


def _fitting(values: Any, data: DataSpec, what: str = "samples") -> Array:
    samples = shaped(as_samples(values, what), data, what)
    if samples.dtype != np.uint8:
        refuse_out_of_range(samples, data.value_range, what)
        if data.is_image and data.value_range is None:
            recognised_range([samples], what)
    return samples


def _refuse_unbatched(values: Any, data: DataSpec) -> None:
    """Checks that what a pipeline yields has a batch axis."""
    shape = getattr(values, "shape", None)
    shape = as_array(values).shape if shape is None else tuple(shape)
    if shape in (data.shape, data.shape[:-1] if data.shape[-1] == 1 else data.shape):
        raise DataError(
            f"elements of shape {shape} have no batch axis; make batches in the pipeline, such as "
            "tf.data's .batch(n) or DataLoader(batch_size=n)"
        )


def shaped(samples: Array, data: DataSpec, what: str = "samples") -> Array:
    """Returns samples in the expected shape; a missing channel axis of size 1 is added.

    Args:
        samples: `[N, ...]`.
        data: the description of one sample.
        what: the name of the samples in messages. Defaults to "samples".

    Raises:
        DataError: the samples have another shape.
    """
    shape = samples.shape[1:]
    if shape == data.shape:
        return samples
    if (*shape, 1) == data.shape:
        return samples[..., np.newaxis]
    remedy = ""
    if samples.shape == data.shape:
        remedy = "; a single sample needs a batch axis: x[np.newaxis]"
    elif len(shape) > 1 and shape == (data.shape[-1], *data.shape[:-1]):
        remedy = "; channels come last: np.moveaxis(x, 1, -1)"
    raise DataError(f"{what} have shape {shape}, but the networks were built for {data.shape}{remedy}")
