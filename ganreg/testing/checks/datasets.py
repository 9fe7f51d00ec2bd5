"""Checks of data sets."""

from __future__ import annotations

import functools
from typing import Any

import attrs
import numpy as np

from ganreg.contract.structuring import fields_of
from ganreg.data.arrays import Array, Data, to_float
from ganreg.data.spec import DataSpec
from ganreg.errors import GanregError
from ganreg.testing.check import check
from ganreg.testing.failures import CheckFailure, NotApplicableError, require
from ganreg.testing.subject import Subject

_PARTS = ("train", "test")


@functools.lru_cache(maxsize=1)
def _loaded(subject: Subject) -> tuple[DataSpec, Data]:
    """What it says of itself, and what it loads.

    Raises:
        NotApplicableError: it cannot be loaded, for whatever reason; `loads_or_explains` judges that.
    """
    try:
        return subject.instance.spec(), subject.instance.load()
    except Exception as error:
        raise NotApplicableError(f"it cannot be loaded as it is configured: {error}") from error


@check("dataset", proves="it loads, or says in a GanregError what is missing")
def loads_or_explains(subject: Subject) -> None:
    """Asks for its spec and its samples."""
    for method in ("spec", "load"):
        try:
            answer = getattr(subject.instance, method)()
        except GanregError as error:
            raise NotApplicableError(f"it cannot be loaded as it is configured: {error}") from error
        except Exception as error:
            raise CheckFailure(
                f"{method}() raises {type(error).__name__}: {error}; DataError tells users more"
            ) from error
        expected = DataSpec if method == "spec" else Data
        require(isinstance(answer, expected), f"{method}() returns {type(answer).__name__}, not {expected.__name__}")


@check("dataset", proves="its spec says what its samples are: shape, classes, range")
def spec_agrees_with_samples(subject: Subject) -> None:
    """Compares `spec()` with what `load()` gives."""
    spec, data = _loaded(subject)
    for name in ("shape", "num_classes", "value_range"):
        said, is_so = getattr(spec, name), getattr(data.spec, name)
        require(said == is_so, f"spec() says {name} {said}, and the samples have {is_so}")


@check("dataset", proves="its samples are float32 or uint8, finite, and within the range that it states")
def samples_are_in_range(subject: Subject) -> None:
    """Looks at every sample of both parts."""
    spec, data = _loaded(subject)
    for name, samples, _ in _parts(data):
        require(
            samples.dtype in (np.float32, np.uint8), f"its {name} samples are {samples.dtype}, not float32 or uint8"
        )
        least, greatest = (float(to_float(bound)) for bound in (samples.min(), samples.max()))
        require(np.isfinite([least, greatest]).all(), f"its {name} samples are not finite")
        if spec.value_range is not None:
            inside = spec.value_range[0] - 1e-3 <= least and greatest <= spec.value_range[1] + 1e-3
            require(
                inside, f"its {name} samples range over {least:g}..{greatest:g}, and spec() says {spec.value_range}"
            )


@check("dataset", proves="its labels are one class a sample, from 0 to the number of classes")
def labels_are_classes(subject: Subject) -> None:
    """Looks at every label of both parts."""
    spec, data = _loaded(subject)
    if spec.num_classes is None and data.train_labels is None:
        raise NotApplicableError("it has no labels")
    require(spec.num_classes is not None, "its samples have labels, and spec() does not say how many classes there are")
    for name, samples, labels in _parts(data):
        require(labels is not None, f"spec() says {spec.num_classes} classes, and the {name} samples have no labels")
        require(labels.shape == (len(samples),), f"its {name} labels have the shape {labels.shape} for {len(samples)}")
        inside = labels.min() >= 0 and labels.max() < spec.num_classes
        require(inside, f"its {name} labels go from {labels.min()} to {labels.max()}, with {spec.num_classes} classes")


def _parts(data: Data) -> list[tuple[str, Array, Any]]:
    return [
        (name, getattr(data, name), getattr(data, f"{name}_labels"))
        for name in _PARTS
        if getattr(data, name) is not None
    ]


@check("dataset", proves="it loads the same samples each time")
def loads_the_same(subject: Subject) -> None:
    """Loads a fresh instance."""
    _, first = _loaded(subject)
    require(_same(first, attrs.evolve(subject.instance).load()), "loaded twice, its samples or labels differ")


@check("dataset", proves="another seed draws other samples")
def heeds_the_seed(subject: Subject) -> None:
    """Loads it with another seed, where it has one."""
    if "seed" not in [field.name for field in fields_of(subject.implementation)]:
        raise NotApplicableError("it has no seed")
    _, first = _loaded(subject)
    other = attrs.evolve(subject.instance, seed=subject.instance.seed + 1).load()
    require(not _same(first, other), "its samples are the same with another seed")


def _same(first: Data, second: Data) -> bool:
    names = [f"{part}{suffix}" for part in _PARTS for suffix in ("", "_labels")]
    return all(np.array_equal(getattr(first, name), getattr(second, name)) for name in names)
