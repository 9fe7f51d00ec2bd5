"""The dataset `npz`: arrays from the user's own NumPy file."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import attrs
import numpy as np
import numpy.typing as npt

from ganreg import Data, DataError, Dataset, DataSpec, SpecError, parameter
from ganreg_datasets.files import expand, reading

Array = npt.NDArray[Any]

USUAL_KEYS = {"x_train": "y_train", "x": "y", "samples": "labels"}
"""The usual names of the samples' array, in order of preference, each with that of the labels."""

SOURCE_KEY = "source"
"""The usual name of the sources' array."""

AMBIGUOUS_AXES = 3
"""The number of axes of signals, `[N, L, C]`, and of greyscale images without a channel axis, `[N, H, W]`."""


def _ordered(instance: Npz, attribute: attrs.Attribute[Any], value: tuple[float, float] | None) -> None:
    match value:
        case None:
            return
        case (least, greatest) if -math.inf < least < greatest < math.inf:
            return
    raise SpecError(f"{attribute.name} must be two finite numbers, [least,greatest], got {value}")


@attrs.frozen(kw_only=True)
class Npz(Dataset):
    """Samples from an `.npz` or `.npy` file, with labels and a held-out part if the file has them.

    Images are `[N, H, W, C]`, volumes `[N, D, H, W, C]`, points `[N, D]` or `[N]`. Three axes are those of signals,
    `[N, L, C]`, or of grey images `[N, H, W]`, to which a channel axis is added: numbers other than uint8 are taken for
    signals if the last axis is at most half as long as the one before.

    - uint8 samples stay uint8: their 0..255 stand for -1..1, or for `value_range` if it is given.
    - Other numbers become float32. Points, signals and volumes are unbounded by default; `value_range` bounds them.
      Images must be bounded. Without `value_range`, images within 0..1 are taken to have that range, others within
      -1..1 that one, and all others are refused.
    - `source`, if it exists, holds the sources from which games such as image translation make samples. Their type and
      range may differ from the samples'. As many sources as samples are pairs, unless `paired` is false.
    - If the samples' key is one of the usual three, `x_test`, `y_test` and `source_test` are the held-out part, if they
      exist.

    Pickled objects are never loaded.
    """

    path: Path | None = parameter(None, "the .npz or .npy file; required")
    samples_key: str = parameter("", "name of the samples' array; empty: x_train, x, samples, or the only array")
    labels_key: str | None = parameter(
        "", "name of the labels' array; empty: y_train, y or labels, to match the samples; none: no labels"
    )
    value_range: tuple[float, float] | None = parameter(
        None,
        "minimum and maximum of the samples; none: unbounded, or for float images 0..1 or -1..1",
        _ordered,
    )
    source_key: str | None = parameter(
        "", "name of the sources' array; empty: source, if there is one; none: no sources"
    )
    source_range: tuple[float, float] | None = parameter(
        None, "minimum and maximum of the sources; none: as for the samples", _ordered
    )
    signals: bool | None = parameter(
        None, "whether arrays of three axes hold signals, not grey images; none: by their type and sides"
    )
    paired: bool | None = parameter(None, "whether each sample has its own source; none: if there are as many")

    def spec(self) -> DataSpec:
        """Describes one sample; each instance reads the file once.

        Raises:
            DataError: as for `load`.
        """
        return self._data.spec

    def load(self) -> Data:
        """Returns the samples; each instance reads the file once.

        Raises:
            DataError: if there is no `path`, the file is missing or broken, an array does not exist or is ambiguous,
                samples or sources are not finite numbers or are out of range, or there is not one source for each
                sample although `paired` is true. The message names the file.
        """
        return self._data

    @functools.cached_property
    def _data(self) -> Data:
        if not self.path:
            raise DataError("dataset 'npz' needs a file, such as npz:path=samples.npz")
        path = expand(self.path)
        with reading(path, "save it again with numpy.savez and plain number arrays"), path.open("rb") as file:
            return self._choose(_arrays(_loaded(file)))

    def _choose(self, arrays: Mapping[str, Any]) -> Data:
        samples_key = self._samples_key(arrays)
        labels_key = self._labels_key(arrays, samples_key)
        has_test = samples_key in USUAL_KEYS and "x_test" in arrays
        _refuse_two_types(arrays, samples_key, "x_test" if has_test else samples_key)
        data = Data(
            train=self._samples(arrays[samples_key]),
            train_labels=arrays[labels_key] if labels_key else None,
            test=self._samples(arrays["x_test"]) if has_test else None,
            test_labels=arrays["y_test"] if has_test and labels_key and "y_test" in arrays else None,
            value_range=self.value_range,
        )
        source = self._source(arrays, samples_key)
        if source is None:
            return data
        paired = len(source.train) == len(data.train) if self.paired is None else self.paired
        if paired and (data.test is None) != (source.test is None):
            present, absent = ("source_test", "x_test") if data.test is None else ("x_test", "source_test")
            raise DataError(f"has {present} but no {absent} for its pairs; save both, or use paired=false")
        return attrs.evolve(data, source=source, paired=paired)

    def _source(self, arrays: Mapping[str, Any], samples_key: str) -> Data | None:
        key = self._source_key(arrays, samples_key)
        if key is None:
            return None
        has_test = samples_key in USUAL_KEYS and "source_test" in arrays
        try:
            _refuse_two_types(arrays, key, "source_test" if has_test else key)
            return Data(
                train=self._samples(arrays[key]),
                test=self._samples(arrays["source_test"]) if has_test else None,
                value_range=self.source_range,
            )
        except DataError as error:
            reason = str(error).replace("value_range", "source_range")
            raise DataError(f"the sources in '{key}': {reason}; source_key=none leaves them out") from error

    def _samples(self, stored: Any) -> Array:
        array = np.asarray(stored)
        if array.dtype.kind == "f":
            with np.errstate(over="ignore"):  # numbers too large for float32 become infinite, which Data refuses
                array = array.astype(np.float32, copy=False)
        if array.ndim != AMBIGUOUS_AXES:
            return array
        signals = _looks_like_signals(array) if self.signals is None else self.signals
        return array if signals else array[..., np.newaxis]

    def _source_key(self, arrays: Mapping[str, Any], samples_key: str) -> str | None:
        if self.source_key is None:
            return None
        if self.source_key or self.paired:
            return _present(self.source_key or SOURCE_KEY, arrays, "source_key")
        return SOURCE_KEY if SOURCE_KEY in arrays and samples_key != SOURCE_KEY else None

    def _samples_key(self, arrays: Mapping[str, Any]) -> str:
        if self.samples_key:
            return _present(self.samples_key, arrays, "samples_key")
        usual = [key for key in USUAL_KEYS if key in arrays]
        if usual:
            return usual[0]
        if len(arrays) == 1:
            return next(iter(arrays))
        raise DataError(f"holds {_listed(arrays)}; name the samples' array with samples_key=")

    def _labels_key(self, arrays: Mapping[str, Any], samples_key: str) -> str | None:
        if self.labels_key:
            return _present(self.labels_key, arrays, "labels_key")
        partner = USUAL_KEYS.get(samples_key, "")
        return partner if self.labels_key is not None and partner in arrays else None


def _loaded(file: BinaryIO) -> Any:
    try:
        return np.load(file, allow_pickle=False)
    except ValueError as error:
        if "load it unsafely" not in str(error):
            raise
        raise DataError("is not an .npz or .npy file; save one with numpy.savez and plain number arrays") from error


def _arrays(loaded: Any) -> Mapping[str, Any]:
    """Returns the arrays of a file by name; the one array of an .npy file is called samples."""
    return loaded if isinstance(loaded, Mapping) else {"samples": loaded}


def _looks_like_signals(array: Array) -> bool:
    _, length, channels = array.shape
    return array.dtype != np.uint8 and channels <= length // 2


def _refuse_two_types(arrays: Mapping[str, Any], key: str, test_key: str) -> None:
    """Refuses bytes next to other numbers: the same values would mean two things."""
    train, test = (np.asarray(arrays[one]).dtype for one in (key, test_key))
    if (train == np.uint8) != (test == np.uint8):
        raise DataError(f"{key} is {train}, but {test_key} is {test}; save both as one type")


def _present(key: str, arrays: Mapping[str, Any], parameter_name: str) -> str:
    if key not in arrays:
        raise DataError(f"has no array '{key}', but holds {_listed(arrays)}; choose one with {parameter_name}=")
    return key


def _listed(arrays: Mapping[str, Any]) -> str:
    return f"the arrays {', '.join(arrays)}" if len(arrays) else "no arrays"
