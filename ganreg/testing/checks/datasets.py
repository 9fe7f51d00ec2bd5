"""Checks of datasets."""

from __future__ import annotations

import functools
from typing import Any

import attrs
import numpy as np

from ganreg.contract.structuring import fields_of
from ganreg.data.arrays import Array, Data
from ganreg.data.ranges import to_float
from ganreg.data.spec import DataSpec
from ganreg.errors import GanregError
from ganreg.testing.check import check
from ganreg.testing.failures import CheckFailure, NotApplicableError, require
from ganreg.testing.subject import Subject

_PARTS = ("train", "test")


@functools.lru_cache(maxsize=1)
def _loaded(subject: Subject) -> tuple[DataSpec, Data]:
    """Returns its spec and its data.

    Raises:
        NotApplicableError: it cannot be loaded, which `loads_or_explains` evaluates.
    """
    try:
        return subject.instance.spec(), subject.instance.load()
    except Exception as error:
        raise NotApplicableError(f"it cannot be loaded as it is configured: {error}") from error


@check("dataset", proves="it loads, or raises a GanregError that says what is missing")
def loads_or_explains(subject: Subject) -> None:
    """Calls `spec()` and `load()`."""
    for method in ("spec", "load"):
        try:
            answer = getattr(subject.instance, method)()
        except GanregError as error:
            raise NotApplicableError(f"it cannot be loaded as it is configured: {error}") from error
        except Exception as error:
            raise CheckFailure(
                f"{method}() raises {type(error).__name__}: {error}; raise a DataError instead"
            ) from error
        expected = DataSpec if method == "spec" else Data
        require(isinstance(answer, expected), f"{method}() returns {type(answer).__name__}, not {expected.__name__}")


@check("dataset", proves="its spec agrees with its samples in shape, classes, range and sources")
def spec_agrees_with_samples(subject: Subject) -> None:
    """Compares `spec()` with the result of `load()`."""
    spec, data = _loaded(subject)
    for name in ("shape", "num_classes", "value_range", "source", "paired", "blocks", "conditions"):
        said, is_so = getattr(spec, name), getattr(data.spec, name)
        require(said == is_so, f"spec() says {name} {said}, but the samples have {is_so}")


@check("dataset", proves="its samples and sources are float32 or uint8, finite, and within the range of its spec")
def samples_are_in_range(subject: Subject) -> None:
    """Checks every sample and every source of both parts."""
    spec, data = _loaded(subject)
    _refuse_out_of_range(spec, data, "samples")
    if spec.source is not None and data.source is not None:
        _refuse_out_of_range(spec.source, data.source, "sources")


def _refuse_out_of_range(spec: DataSpec, data: Data, what: str) -> None:
    for name, samples, _ in _parts(data):
        require(samples.dtype in (np.float32, np.uint8), f"its {name} {what} are {samples.dtype}, not float32 or uint8")
        least, greatest = (float(to_float(bound)) for bound in (samples.min(), samples.max()))
        require(np.isfinite([least, greatest]).all(), f"its {name} {what} are not finite")
        if spec.value_range is not None:
            inside = spec.value_range[0] - 1e-3 <= least and greatest <= spec.value_range[1] + 1e-3
            require(inside, f"its {name} {what} range over {least:g}..{greatest:g}, but spec() says {spec.value_range}")


@check("dataset", proves="its labels are one class per sample, from 0 to the number of classes minus 1")
def labels_are_classes(subject: Subject) -> None:
    """Checks every label of both parts."""
    spec, data = _loaded(subject)
    if spec.num_classes is None and data.train_labels is None:
        raise NotApplicableError("it has no labels")
    if data.conditions:
        raise NotApplicableError("its classes are conditions, which the samples themselves hold")
    require(spec.num_classes is not None, "its samples have labels, but spec() does not give the number of classes")
    for name, samples, labels in _parts(data):
        require(labels is not None, f"spec() says {spec.num_classes} classes, but the {name} samples have no labels")
        shapes = f"its {name} labels have the shape {labels.shape} for {len(samples)} samples"
        require(labels.shape == (len(samples),), shapes)
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
    """Loads it again with a new instance."""
    _, first = _loaded(subject)
    same = _same(first, attrs.evolve(subject.instance).load())
    require(same, "loaded twice, its samples, labels or sources differ")


@check("dataset", proves="another seed gives other samples")
def depends_on_the_seed(subject: Subject) -> None:
    """Loads it with another seed, if it has one."""
    if "seed" not in [field.name for field in fields_of(subject.implementation)]:
        raise NotApplicableError("it has no seed")
    _, first = _loaded(subject)
    other = attrs.evolve(subject.instance, seed=subject.instance.seed + 1).load()
    require(not _same(first, other), "its samples are the same with another seed")


def _same(first: Data, second: Data) -> bool:
    names = [f"{part}{suffix}" for part in _PARTS for suffix in ("", "_labels")]
    if not all(np.array_equal(getattr(first, name), getattr(second, name)) for name in names):
        return False
    if first.source is None or second.source is None:
        return first.source is second.source
    return _same(first.source, second.source)
