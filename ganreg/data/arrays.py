"""Real samples in memory, which are checked once."""

from __future__ import annotations

import hashlib
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from ganreg.data.spec import DataSpec
from ganreg.errors import DataError

Array = npt.NDArray[Any]


def as_samples(values: Any, what: str = "samples") -> Array:
    """Converts samples to float32 `[N, *shape]`; uint8 is kept, and its 0..255 stand for -1..1.

    Args:
        values: anything that numpy can make an array from; `[N]` becomes `[N, 1]`.
        what: the name of the samples in messages. Defaults to "samples".

    Raises:
        DataError: there are no samples, they are not numbers, or some are not finite.
    """
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise DataError(f"{what} cannot be made an array: {error}") from error
    if array.dtype.kind not in "fiub":
        raise DataError(f"{what} must be numbers, got an array of {array.dtype}; convert them to plain numbers")
    if array.ndim == 0 or array.shape[0] == 0 or array.size == 0:
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
    if not np.isfinite(array).all():
        rows = np.flatnonzero(~np.isfinite(array.reshape(len(array), -1)).all(axis=1))
        raise DataError(
            f"{what} contain NaN or infinity in {len(rows)} of {len(array)} rows, "
            f"the first at index {rows[0]} (numbers beyond float32 count as infinite); remove or fill them"
        )


def as_labels(values: Any, count: int, what: str = "labels") -> Array:
    """Converts class labels to int32 `[N]`.

    Args:
        values: integers from 0, `[N]` or `[N, 1]`.
        count: the required number of labels, N.
        what: the name of the labels in messages. Defaults to "labels".

    Raises:
        DataError: the number of labels is wrong, or they are not integers from 0.
    """
    array = np.asarray(values)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1 or len(array) != count:
        raise DataError(f"{what} must be one class number a sample, {count} of them, got shape {array.shape}")
    if array.dtype.kind not in "iub" and not (
        array.dtype.kind == "f" and np.isfinite(array).all() and (array == np.round(array)).all()
    ):
        raise DataError(f"{what} must be whole class numbers, got an array of {array.dtype}")
    if array.min() < 0 or array.max() > np.iinfo(np.int32).max:
        raise DataError(f"{what} must be class numbers, which start at 0, got {array.min():g}..{array.max():g}")
    return array.astype(np.int32)


def _refuse_unless_data(instance: Any, attribute: Any, value: Any) -> None:
    if value is not None and not isinstance(value, Data):
        raise DataError(f"the source of data must be a Data, as in source=Data(train=...), got {type(value).__name__}")


@attrs.frozen(kw_only=True, eq=False)
class Data:
    """Real samples, split into training samples and held-out samples.

    Attributes:
        train: training samples `[N, *shape]`: float32 within `value_range`, or uint8, whose 0..255 are scaled to -1..1
            batch by batch.
        test: held-out samples of the same kind. Defaults to `None`.
        train_labels: classes of the training samples, int32 `[N]`. Defaults to `None`.
        test_labels: classes of the held-out samples, int32, one per sample. Defaults to `None`.
        value_range: the minimum and the maximum of the samples' values. Defaults to (-1, 1) for uint8 and to `None`,
            which means unbounded, otherwise.
        class_names: the names of the classes. Defaults to none.
        source: the sources, from which games such as image translation make samples, as data of their own. Defaults to
            `None`.
        paired: whether each sample has a source of its own: the one at the same index. Defaults to `False`.

    Raises:
        DataError: samples are empty, not numbers, not finite or outside `value_range`, or labels or sources do not
            match them.
    """

    train: Array = attrs.field(converter=as_samples)
    test: Array | None = attrs.field(default=None, converter=attrs.converters.optional(as_samples))
    train_labels: Array | None = None
    test_labels: Array | None = None
    value_range: tuple[float, float] | None = None
    class_names: tuple[str, ...] = ()
    source: Data | None = attrs.field(default=None, validator=_refuse_unless_data)
    paired: bool = False

    def __attrs_post_init__(self) -> None:
        if self.train.dtype == np.uint8:
            object.__setattr__(self, "value_range", (-1.0, 1.0))
        for part in ("train", "test"):
            samples, labels = getattr(self, part), getattr(self, f"{part}_labels")
            if samples is not None and samples.shape[1:] != self.train.shape[1:]:
                raise DataError(
                    f"test samples have shape {samples.shape[1:]}, but train samples have {self.train.shape[1:]}"
                )
            if samples is not None and labels is not None:
                object.__setattr__(self, f"{part}_labels", as_labels(labels, len(samples), f"{part} labels"))
            if samples is not None and samples.dtype != np.uint8:
                refuse_out_of_range(samples, self.value_range)
        if self.paired:
            self._refuse_unpaired()

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
        """The number of classes, or `None` without labels."""
        if self.train_labels is None:
            return None
        return max(int(self.train_labels.max()) + 1, len(self.class_names))

    @property
    def spec(self) -> DataSpec:
        """The description of one sample."""
        return DataSpec(
            self.train.shape[1:],
            num_classes=self.num_classes,
            value_range=self.value_range,
            source=None if self.source is None else self.source.spec.without_source,
            paired=self.paired,
        )


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


def refuse_out_of_range(samples: Array, value_range: tuple[float, float] | None, what: str = "samples") -> None:
    """Checks that samples are within their range, up to a thousandth of its width.

    Args:
        samples: float32 `[N, *shape]`.
        value_range: the minimum and the maximum, or `None` for no bounds.
        what: the name of the samples in messages. Defaults to "samples".

    Raises:
        DataError: a sample is outside the range.
    """
    if value_range is None:
        return
    least, greatest = float(samples.min()), float(samples.max())
    slack = 1e-3 * (value_range[1] - value_range[0])
    if least < value_range[0] - slack or greatest > value_range[1] + slack:
        raise DataError(
            f"{what} range over {least:g}..{greatest:g} but must stay in {value_range[0]:g}..{value_range[1]:g}; "
            "scale them, or pass uint8 images, which are scaled automatically"
        )


def to_float(samples: Array) -> Array:
    """Converts samples to float32; 0..255 of uint8 become -1..1."""
    if samples.dtype == np.uint8:
        return samples.astype(np.float32) * np.float32(2.0 / 255.0) - np.float32(1.0)
    return samples.astype(np.float32, copy=False)
