"""Real samples in memory, checked once."""

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
    """Returns samples as float32 `[N, *shape]`, or as uint8 where they are, whose 0..255 then mean -1..1.

    Args:
        values: anything numpy makes an array of; one axis becomes `[N, 1]`.
        what: how messages call them.

    Raises:
        DataError: there are none, they are no numbers, or some are not finite.
    """
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise DataError(f"{what} are no array: {error}") from error
    if array.dtype.kind not in "fiub":
        raise DataError(f"{what} must be numbers, got an array of {array.dtype}; convert them, or save plain numbers")
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
            f"{what} hold NaN or infinity in {len(rows)} of {len(array)} rows, "
            f"the first at index {rows[0]} (numbers beyond float32 count as infinite); remove or fill them"
        )


def as_labels(values: Any, count: int, what: str = "labels") -> Array:
    """Returns class labels as int32 `[N]`.

    Args:
        values: whole numbers from 0, `[N]` or `[N, 1]`.
        count: how many there must be.
        what: how messages call them.

    Raises:
        DataError: their number differs, or they are no whole numbers from 0.
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
        raise DataError(f"{what} must be class numbers from 0, got {array.min():g}..{array.max():g}")
    return array.astype(np.int32)


@attrs.frozen(kw_only=True, eq=False)
class Data:
    """Real samples, split into a part to train on and a part that is held out.

    Attributes:
        train: samples `[N, *shape]`: float32 in `value_range`, or uint8, whose 0..255 are scaled to -1..1 a batch at
            a time.
        test: held-out samples of the same kind, or `None`.
        train_labels: int32 `[N]`, or `None`.
        test_labels: int32, one a held-out sample, or `None`.
        value_range: the least and the greatest value that samples can take, or `None`; -1..1 for uint8.
        class_names: what the labels stand for, or empty.

    Raises:
        DataError: samples are empty, no numbers, not finite or out of `value_range`, or labels do not match them.
    """

    train: Array = attrs.field(converter=as_samples)
    test: Array | None = attrs.field(default=None, converter=attrs.converters.optional(as_samples))
    train_labels: Array | None = None
    test_labels: Array | None = None
    value_range: tuple[float, float] | None = None
    class_names: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.train.dtype == np.uint8:
            object.__setattr__(self, "value_range", (-1.0, 1.0))
        for part in ("train", "test"):
            samples, labels = getattr(self, part), getattr(self, f"{part}_labels")
            if samples is not None and samples.shape[1:] != self.train.shape[1:]:
                raise DataError(f"test samples have shape {samples.shape[1:]}, train samples {self.train.shape[1:]}")
            if samples is not None and labels is not None:
                object.__setattr__(self, f"{part}_labels", as_labels(labels, len(samples), f"{part} labels"))
            if samples is not None and samples.dtype != np.uint8:
                refuse_out_of_range(samples, self.value_range)

    @property
    def num_classes(self) -> int | None:
        """How many classes the labels name, or `None` without labels."""
        if self.train_labels is None:
            return None
        return max(int(self.train_labels.max()) + 1, len(self.class_names))

    @property
    def spec(self) -> DataSpec:
        """What one sample looks like."""
        return DataSpec(self.train.shape[1:], num_classes=self.num_classes, value_range=self.value_range)


def fingerprint(data: Data) -> str:
    """The SHA-256 over a data set's arrays, in hexadecimal."""
    digest = hashlib.sha256()
    for name in ("train", "train_labels", "test", "test_labels"):
        array: Array | None = getattr(data, name)
        if array is not None:
            digest.update(f"{name} {array.dtype} {array.shape};".encode())
            digest.update(np.ascontiguousarray(array).view(np.uint8).data)
    return digest.hexdigest()


def refuse_out_of_range(samples: Array, value_range: tuple[float, float] | None) -> None:
    """Raises `DataError` where samples leave the range that they are said to keep to.

    Args:
        samples: float32 `[N, *shape]`.
        value_range: the least and the greatest value, or `None` for any.
    """
    if value_range is None:
        return
    least, greatest = float(samples.min()), float(samples.max())
    slack = 1e-3 * (value_range[1] - value_range[0])
    if least < value_range[0] - slack or greatest > value_range[1] + slack:
        raise DataError(
            f"samples range over {least:g}..{greatest:g} but must stay in {value_range[0]:g}..{value_range[1]:g}; "
            "scale them, or pass uint8 images, which are scaled as they are read"
        )


def to_float(samples: Array) -> Array:
    """Returns float32 samples; uint8's 0..255 become -1..1."""
    if samples.dtype == np.uint8:
        return samples.astype(np.float32) * np.float32(2.0 / 255.0) - np.float32(1.0)
    return samples.astype(np.float32, copy=False)
