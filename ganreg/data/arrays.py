"""Real samples in memory, which are checked once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from ganreg.data.blocks import Block, as_blocks
from ganreg.data.conditions import as_condition_names
from ganreg.data.conversion import as_array
from ganreg.data.labels import names_in, read_labels, refuse_columns
from ganreg.data.ranges import bytes_in, recognised_range, refuse_out_of_range
from ganreg.data.spec import NETWORK_RANGE, DataSpec
from ganreg.errors import DataError

Array = npt.NDArray[Any]

_MANY_CLASSES, _CLASSES_PER_SAMPLE = 10_000, 10
"""With more classes than both allow, labels are something else, such as times or the numbers of customers."""


def as_samples(values: Any, what: str = "samples") -> Array:
    """Converts samples to float32 `[N, *shape]`; uint8 is kept, and its 0..255 stand for the data's whole range.

    Args:
        values: an array, a tensor, a table or a list of numbers; see `as_array`. `[N]` becomes `[N, 1]`.
        what: the name of the samples in messages. Defaults to "samples".

    Raises:
        DataError: there are no samples, they are not numbers, or some are not finite.
    """
    array = as_array(values, what)
    if array.ndim == 0:
        raise DataError(f"{what} must be an array of at least one sample, got a single number")
    if array.size == 0:
        raise DataError(f"{what} are empty (shape {array.shape}); at least one sample is needed")
    if array.ndim == 1:
        array = array[:, np.newaxis]
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    with np.errstate(over="ignore"):
        single = np.ascontiguousarray(array, dtype=np.float32)
    _refuse_non_finite(single, what)
    return single


def _refuse_non_finite(array: Array, what: str) -> None:
    if not (np.isfinite(array.min()) and np.isfinite(array.max())):  # without a temporary array as large as the data
        rows = np.flatnonzero(~np.isfinite(array.reshape(len(array), -1)).all(axis=1))
        raise DataError(
            f"{what} contain NaN or infinity in {len(rows)} of {len(array)} rows, "
            f"the first at index {rows[0]} (numbers beyond float32 count as infinite); remove or fill them"
        )


def _as_names(values: Iterable[str]) -> tuple[str, ...]:
    if isinstance(values, str) or not all(isinstance(one, str) for one in values):
        raise DataError("class_names must be a list of text, one name for each class")
    return tuple(values)


def _refuse_unless_data(instance: Any, attribute: Any, value: Any) -> None:
    if value is not None and not isinstance(value, Data):
        raise DataError(f"the source of data must be a Data, as in source=Data(train=...), got {type(value).__name__}")


@attrs.frozen(kw_only=True, eq=False)
class Data:
    """Real samples, split into training samples and held-out samples.

    Attributes:
        train: training samples `[N, *shape]` in any form that `as_array` takes: float32 within `value_range`, or uint8,
            whose 0..255 stand for the whole of it.
        test: held-out samples of the same kind. Defaults to `None`.
        train_labels: classes of the training samples, which become int32 `[N]`: integers from 0, one-hot rows
            `[N, classes]`, or names of classes. Defaults to `None`.
        test_labels: classes of the held-out samples, one per sample. Defaults to `None`.
        value_range: the minimum and the maximum of the samples' values, to which uint8 is scaled; `generate` returns
            samples in the same range. Defaults to (-1, 1) for uint8; for other images to (0, 1) or (-1, 1), whichever
            they are within; otherwise to `None`, which means unbounded.
        class_names: the names of the classes. Defaults to the sorted names in the labels, or to none if labels are
            numbers.
        source: the sources, from which games such as image translation make samples, as data of their own. Defaults to
            `None`.
        paired: whether each sample has a source of its own: the one at the same index. Defaults to `False`.
        blocks: which neighbouring values of the last axis belong together; see `DataSpec`. Defaults to none.
        conditions: the names of one-hot blocks whose values are the classes; see `DataSpec`. There are no labels then,
            as the samples themselves say to which classes they belong. Defaults to none.

    Raises:
        DataError: samples are empty, not numbers, not finite or outside `value_range`, are images with values beyond
            -1..1 without one, or have their channels first; or labels or sources do not match them.
    """

    train: Array = attrs.field(converter=as_samples)
    test: Array | None = attrs.field(default=None, converter=attrs.converters.optional(as_samples))
    train_labels: Array | None = None
    test_labels: Array | None = None
    value_range: tuple[float, float] | None = None
    class_names: tuple[str, ...] = attrs.field(default=(), converter=_as_names)
    source: Data | None = attrs.field(default=None, validator=_refuse_unless_data)
    paired: bool = False
    blocks: tuple[Block, ...] = attrs.field(default=(), converter=as_blocks)
    conditions: tuple[str, ...] = attrs.field(default=(), converter=as_condition_names)

    def __attrs_post_init__(self) -> None:
        for part in ("train", "test"):
            samples = getattr(self, part)
            if samples is not None and samples.shape[1:] != self.train.shape[1:]:
                raise DataError(
                    f"test samples have shape {samples.shape[1:]}, but train samples have {self.train.shape[1:]}"
                )
        refuse_channels_first(self.train.shape[1:])
        self._settle_range()
        self._settle_labels()
        self._settle_conditions()
        if self.paired:
            self._refuse_unpaired()

    def _settle_range(self) -> None:
        """Finds the range of the samples, and converts uint8 to floats where it is not -1..1."""
        parts = {name: part for name in ("train", "test") if (part := getattr(self, name)) is not None}
        floats = {name: part for name, part in parts.items() if part.dtype != np.uint8}
        given = DataSpec(self.train.shape[1:], value_range=self.value_range)
        value_range = given.value_range
        if value_range is None and len(floats) < len(parts):
            value_range = NETWORK_RANGE
        elif value_range is None and given.is_image:
            value_range = recognised_range(list(floats.values()))
        object.__setattr__(self, "value_range", value_range)
        for name, part in parts.items():
            if name in floats:
                refuse_out_of_range(part, value_range)
            elif value_range not in (None, NETWORK_RANGE):
                object.__setattr__(self, name, bytes_in(value_range, part))

    def _settle_labels(self) -> None:
        """Turns labels of any form into class numbers, and keeps what they say about the classes."""
        given = {name: getattr(self, f"{name}_labels") for name in ("train", "test")}
        names = self.class_names or names_in(*given.values())
        columns = 0
        for name, labels in given.items():
            samples = getattr(self, name)
            if labels is not None and samples is not None:
                read = read_labels(labels, len(samples), f"{name} labels", names=names)
                refuse_columns(read, columns or len(names) or None, f"{name} labels")
                columns = read.classes or columns
                object.__setattr__(self, f"{name}_labels", read.numbers)
        object.__setattr__(self, "class_names", names)
        if columns > self._counted_classes():  # classes that no sample has: only names keep them
            object.__setattr__(self, "class_names", tuple(map(str, range(columns))))

    def _counted_classes(self) -> int:
        return 0 if self.train_labels is None else max(int(self.train_labels.max()) + 1, len(self.class_names))

    def _settle_conditions(self) -> None:
        """Names the classes of conditions."""
        if not self.conditions:
            return
        if self.train_labels is not None or self.test_labels is not None:
            raise DataError("data with conditions take their classes from the samples; leave the labels out")
        object.__setattr__(self, "class_names", self.spec.conditional_on.class_names)

    def _refuse_unpaired(self) -> None:
        if self.source is None:
            raise DataError("paired data need sources; pass source=Data(train=...)")
        for part in ("train", "test"):
            own, other = (0 if one is None else len(one) for one in (getattr(self, part), getattr(self.source, part)))
            if own != other:
                raise DataError(
                    f"paired data need one source for each sample, but there are {other} for {own} {part} samples; "
                    "pass as many, or set paired to false"
                )

    @property
    def num_classes(self) -> int | None:
        """The number of classes, or `None` without labels and conditions.

        Raises:
            DataError: the labels number far more classes than there are samples, as ids and times do.
        """
        if self.train_labels is None:
            return len(self.class_names) if self.conditions and self.class_names else None
        classes = self._counted_classes()
        if not self.class_names and classes > max(_MANY_CLASSES, _CLASSES_PER_SAMPLE * len(self.train)):
            raise DataError(
                f"train labels number {classes} classes for {len(self.train)} samples; number the classes without "
                "gaps: np.unique(labels, return_inverse=True)[1]"
            )
        return classes

    @property
    def spec(self) -> DataSpec:
        """The description of one sample."""
        return DataSpec(
            self.train.shape[1:],
            num_classes=self.num_classes,
            value_range=self.value_range,
            source=None if self.source is None else self.source.spec.without_source,
            paired=self.paired,
            blocks=self.blocks,
            conditions=self.conditions,
        )

    @property
    def train_classes(self) -> Array | None:
        """The classes of the training samples: their labels, int32 `[N]`, or one of each condition, `[N, conditions]`.

        `None` if there are neither.
        """
        return self.spec.conditional_on.classes_of(self.train) if self.conditions else self.train_labels


def fingerprint(data: Data) -> str:
    """Hashes the arrays of data (SHA-256, hexadecimal)."""
    digest = hashlib.sha256()
    for name in ("train", "train_labels", "test", "test_labels"):
        array: Array | None = getattr(data, name)
        if array is not None:
            digest.update(f"{name} {array.dtype} {array.shape};".encode())
            digest.update(np.ascontiguousarray(array).view(np.uint8).data)
    if data.source is not None:
        digest.update(f"source {fingerprint(data.source)} paired {data.paired};".encode())
    return digest.hexdigest()


_CHANNELS = (1, 3, 4)
"""The usual numbers of channels of an image."""
_SMALLEST_SIDE = 8
"""Samples with shorter sides may well be of few rows and many channels."""


def refuse_channels_first(shape: tuple[int, ...], what: str = "samples") -> None:
    """Checks that images and volumes do not have their channels first, as torch has them.

    Args:
        shape: one sample's shape.
        what: the name of the samples in messages. Defaults to "samples".

    Raises:
        DataError: they look like it.
    """
    kinds = {3: "images", 4: "volumes"}
    if len(shape) not in kinds or shape[0] not in _CHANNELS or shape[-1] in _CHANNELS:
        return
    if min(shape[1:]) >= _SMALLEST_SIDE:
        raise DataError(
            f"{what} have shape {shape}, which looks like {kinds[len(shape)]} with channels first; channels come last: "
            "np.moveaxis(x, 1, -1)"
        )
