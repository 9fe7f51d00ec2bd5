"""Tells apart what holds samples and what yields batches of them, by what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from pathlib import PurePath
from typing import Any

from ganreg.data.conversion import is_array_like, library_type, type_of
from ganreg.data.spec import DataSpec
from ganreg.errors import DataError

_TAKEN = (
    "pass arrays, tensors, a table of pandas, a ganreg.Data, or what yields batches: a tf.data.Dataset, a "
    "keras.utils.PyDataset, a torch DataLoader or a generator"
)


def is_py_dataset(x: Any) -> bool:
    """Whether an object is a `keras.utils.PyDataset`, whose batches have numbers."""
    return isinstance(x, library_type("keras", "utils.PyDataset"))


def can_be_repeated(pipeline: Any) -> bool:
    """Whether a pipeline can be iterated again; an iterator, such as a generator, can be read once."""
    return not isinstance(pipeline, Iterator)


def is_yielding(x: Any) -> bool:
    """Whether an object is one of the known pipelines or an iterator; other iterables may be something else."""
    known = [("tensorflow", "data.Dataset"), ("torch.utils.data", "DataLoader")]
    return is_py_dataset(x) or isinstance(x, (*(library_type(*one) for one in known), Iterator))


def is_pipeline(x: Any) -> bool:
    """Whether an object yields batches, in contrast to one that holds samples.

    Args:
        x: what a user passed as data.

    Raises:
        DataError: it does neither; the message names its type and what to pass instead.
    """
    if is_yielding(x):
        return True
    if is_array_like(x) or hasattr(x, "toarray"):
        return False
    _refuse_known(x)
    if isinstance(x, Iterable):
        return True
    raise DataError(f"data of type {type_of(x)} cannot be used; {_TAKEN}")


def _refuse_known(x: Any) -> None:
    """Refuses what is no data, although some of it can be iterated."""
    remedy = _TAKEN
    if isinstance(x, (str, bytes, PurePath)):
        remedy = "names and files of datasets are for assemble(data=...); pass samples here"
    elif isinstance(x, DataSpec):
        remedy = "it only describes samples; pass the samples themselves"
    elif isinstance(x, library_type("torch.utils.data", "Dataset")) and not isinstance(x, Iterable):
        remedy = "it yields single samples; pass torch.utils.data.DataLoader(x, batch_size=...)"
    elif isinstance(x, Mapping):
        remedy = "pass a dict with 'image' and, where there are any, 'label' and 'source'"
    elif isinstance(x, Set):
        remedy = "it has no order; pass an array"
    elif callable(x):
        remedy = "call it and pass what it returns, or pass an object whose __iter__ starts a new pass"
    elif isinstance(x, Iterable):
        return
    raise DataError(f"data of type {type_of(x)} cannot be used; {remedy}")


def length_of(pipeline: Any) -> int | None:
    """Returns the number of batches in one pass over a pipeline, or `None` if it is endless or not known in advance."""
    if isinstance(pipeline, library_type("tensorflow", "data.Dataset")):
        known = int(pipeline.cardinality())
        return known if known > 0 else None
    if not can_be_repeated(pipeline):
        return None
    try:
        return len(pipeline)
    except (TypeError, NotImplementedError):
        return None
