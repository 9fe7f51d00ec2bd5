"""The description of one sample, for which networks are built. Importable without TensorFlow."""

from __future__ import annotations

import math
from typing import Any

import attrs

from ganreg.data.blocks import Block, as_blocks, refuse_other_width
from ganreg.data.conditions import Conditions, as_condition_names
from ganreg.errors import DataError

NETWORK_RANGE = (-1.0, 1.0)
"""The range in which networks see samples that have one, whatever the data's own is."""


def _pair(value: Any) -> tuple[float, float] | None:
    if value is None:
        return None
    try:
        least, greatest = value
        return float(least), float(greatest)
    except (TypeError, ValueError) as error:
        raise DataError(f"value_range must be (minimum, maximum), got {value!r}") from error


def _refuse_unless_described(instance: Any, attribute: Any, value: Any) -> None:
    if value is not None and not isinstance(value, DataSpec):
        raise DataError(f"the description of a source must be a DataSpec, got {value!r}")


def _whole_numbers(value: Any) -> tuple[int, ...]:
    try:
        return tuple(int(size) for size in value)
    except (TypeError, ValueError) as error:
        raise DataError(f"a sample's shape must be integers, got {value!r}") from error


@attrs.frozen
class DataSpec:
    """The description of one sample, independent of their number.

    Attributes:
        shape: one sample's shape without the batch axis: `(2,)` for points, `(128, 2)` for
            signals, `(28, 28, 1)` for images, `(16, 16, 16, 1)` for volumes; channels come last.
        num_classes: the number of classes; labels are int32 `[B]` in `0..num_classes - 1`. Defaults to `None`, which
            means that there are no labels.
        value_range: the minimum and the maximum of a sample's values in the data's own units, such as `(-1.0, 1.0)`,
            `(0.0, 1.0)` or `(0.0, 255.0)` for images. Networks see them scaled to -1..1; see `as_seen`. Defaults to
            `None`, which means that values are unbounded.
        source: the description of one source, from which a translator makes a sample. Defaults to `None`: there are no
            sources.
        paired: whether each sample has a source of its own. Defaults to `False`.
        blocks: which neighbouring values of the last axis belong together, such as those of one column of a table;
            together they cover the axis. Defaults to none: nothing is known about the values.
        conditions: the names of one-hot blocks whose values are the classes, numbered through; a sample then belongs
            to one class of each condition. They decide `num_classes`. Defaults to none: a sample has one class at most.

    Raises:
        DataError: a size is not positive, there are no classes, the range is empty, `source` is not a `DataSpec`,
            data without sources are paired, blocks do not cover the last axis, or a condition is not a one-hot block.
    """

    shape: tuple[int, ...] = attrs.field(converter=_whole_numbers)
    num_classes: int | None = None
    value_range: tuple[float, float] | None = attrs.field(default=None, converter=_pair)
    source: DataSpec | None = attrs.field(default=None, validator=_refuse_unless_described, kw_only=True)
    paired: bool = attrs.field(default=False, kw_only=True)
    blocks: tuple[Block, ...] = attrs.field(default=(), converter=as_blocks, kw_only=True, repr=False)
    conditions: tuple[str, ...] = attrs.field(default=(), converter=as_condition_names, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not self.shape or any(size < 1 for size in self.shape):
            raise DataError(f"a sample's shape needs at least one axis and positive sizes, got {self.shape}")
        if self.num_classes is not None and self.num_classes < 1:
            raise DataError(f"num_classes must be at least 1 or None, got {self.num_classes}")
        if self.value_range is not None and not -math.inf < self.value_range[0] < self.value_range[1] < math.inf:
            raise DataError(f"value_range must be (minimum, maximum), both finite, got {self.value_range}")
        if self.paired and self.source is None:
            raise DataError("paired data need the description of a source")
        refuse_other_width(self.blocks, self.shape)
        if self.conditions:
            number = self.conditional_on.number
            if self.num_classes not in (None, number):
                raise DataError(f"the conditions have {number} categories, so num_classes cannot be {self.num_classes}")
            object.__setattr__(self, "num_classes", number)

    @property
    def conditional_on(self) -> Conditions:
        """Where the conditions are in a sample; empty without conditions."""
        return Conditions.of(self.blocks, self.conditions)

    @property
    def size(self) -> int:
        """The number of values in one sample."""
        size = 1
        for axis in self.shape:
            size *= axis
        return size

    @property
    def is_image(self) -> bool:
        """Whether a sample is `[height, width, channels]`."""
        return len(self.shape) == 3

    @property
    def is_signal(self) -> bool:
        """Whether a sample is `[length, channels]`."""
        return len(self.shape) == 2

    @property
    def is_volume(self) -> bool:
        """Whether a sample is `[depth, height, width, channels]`."""
        return len(self.shape) == 4

    @property
    def without_source(self) -> DataSpec:
        """The same samples without their sources."""
        return self if self.source is None else attrs.evolve(self, source=None, paired=False)

    @property
    def as_seen(self) -> DataSpec:
        """The same samples as networks see them: within -1..1 where they have a range, sources included."""
        source = None if self.source is None else self.source.as_seen
        seen = None if self.value_range is None else NETWORK_RANGE
        if (seen, source) == (self.value_range, self.source):
            return self
        return attrs.evolve(self, value_range=seen, source=source)

    def joined(self, other: DataSpec) -> DataSpec:
        """Describes samples that `ganreg.joined` joins with others along the last axis.

        The classes are those of this description; the range is kept if both have the same, and is -1..1, as networks
        see both, if they have different ones.

        Args:
            other: the description of the other samples: of the same axes but the last, or of vectors, which become
                constant channels of images.

        Raises:
            DataError: they cannot be joined.
        """
        if self.shape[:-1] != other.shape[:-1] and not (self.is_image and len(other.shape) == 1):
            raise DataError(f"samples of shape {self.shape} and {other.shape} cannot be joined along their last axis")
        shape = (*self.shape[:-1], self.shape[-1] + other.shape[-1])
        value_range = self.value_range if self.value_range == other.value_range else NETWORK_RANGE
        if None in (self.value_range, other.value_range):
            value_range = None
        return DataSpec(shape, self.num_classes, value_range)

    def __str__(self) -> str:
        text = "x".join(map(str, self.shape))
        return text if self.num_classes is None else f"{text} in {self.num_classes} classes"
