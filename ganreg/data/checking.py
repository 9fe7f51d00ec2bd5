"""From whatever a user passes as data to batches of what networks see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn

import attrs
import numpy as np

from ganreg.data.arrays import Array, Data
from ganreg.data.batches import ArrayBatches, Batches
from ganreg.data.condition_batches import ConditionBatches
from ganreg.data.conversion import is_array_like, type_of
from ganreg.data.elements import Parts, parts_of
from ganreg.data.fitting import ClassNames, Expected
from ganreg.data.pipelines import can_be_repeated, is_pipeline, is_py_dataset, is_yielding
from ganreg.data.py_datasets import PyDatasetBatches
from ganreg.data.spec import DataSpec
from ganreg.data.streams import StreamBatches
from ganreg.errors import DataError

_KEPT_OPEN = 4
"""The number of pipelines that stay open, such as one to train on and one to validate on."""


@attrs.frozen(eq=False, kw_only=True)
class Request:
    """How batches are wanted.

    Attributes:
        batch_size: the number of samples in one batch, or `None` to leave it to a pipeline or to the recipe.
        usual_batch_size: the recipe's.
        seed: the seed of the order.
        shuffle: whether to shuffle what can be shuffled.
        held_out: whether to use the held-out part of data where there is one.
        pack: the number of neighbours in a batch that must share their label. Defaults to 1.
    """

    batch_size: int | None
    usual_batch_size: int
    seed: int
    shuffle: bool = True
    held_out: bool = False
    pack: int = 1


class Entrance:
    """Turns data into batches. Pipelines stay open, so that a second call continues instead of reading them again.

    Args:
        class_names: returns the names of the classes that the assembly's dataset has, or none.
        kept: called with the names that labels have given to the classes. Defaults to `None`.

    Attributes:
        class_names: the names of the classes, as far as they are known.
    """

    def __init__(
        self, class_names: Callable[[], Sequence[str]], kept: Callable[[Sequence[str]], None] | None = None
    ) -> None:
        self.class_names, self._kept = ClassNames(class_names, kept), kept or (lambda names: None)
        self._open: dict[tuple[int, bool, bool], tuple[Any, Batches]] = {}

    def batches(self, x: Any, y: Any, expected: Expected, request: Request, load: Callable[[], Data]) -> Batches:
        """Checks data and arranges them in batches; see `GAN.batches_of`.

        Args:
            x: samples, labels and sources in any form, or `None` for the assembly's dataset.
            y: labels, or the samples that belong to sources; `None` where `x` holds them.
            expected: what the networks need.
            request: how batches are wanted.
            load: loads the assembly's dataset.

        Raises:
            DataError: the data do not fit.
        """
        if isinstance(x, (Data, Batches, tuple, Mapping)) and y is not None:
            raise DataError(f"a {type_of(x)} holds its own labels or samples; do not pass y")
        if isinstance(x, Batches):
            _refuse_batch_size(x, request)
            if x.pack % request.pack:
                _refuse_unpacked(request)
            return x
        if x is None:
            if y is not None:
                raise DataError("y belongs to samples that are not there; pass both: x and y")
            x = load()
        if isinstance(x, Data):
            self._kept(x.class_names)
            real, labels, source = part_of(x, expected, held_out=request.held_out)
            return array_batches(real, labels, source, expected, request)
        whole = isinstance(x, (tuple, Mapping))
        if not whole and is_pipeline(x):
            return self._pipeline(x, y, expected, request)
        parts: Parts = {"real": x}
        if whole or y is not None:
            parts = parts_of(x if whole else (x, y), translates=expected.needs_source, yielded=False)
        if any(is_pipeline(part) for part in parts.values()):
            _refuse_separate(expected)
        return array_batches(parts["real"], parts.get("labels"), parts.get("source"), expected, request)

    def _pipeline(self, x: Any, y: Any, expected: Expected, request: Request) -> Batches:
        if request.pack > 1:
            _refuse_unpacked(request)
        if y is not None:
            _refuse_separate(expected)
        key = (id(x), request.held_out and can_be_repeated(x), request.shuffle and is_py_dataset(x))
        known, batches = self._open.pop(key, (None, None))
        if known is not x or batches is None:
            batches = _opened(x, expected, request)
        self._open[key] = (x, batches)
        if len(self._open) > _KEPT_OPEN:
            del self._open[next(iter(self._open))]
        _refuse_batch_size(batches, request)
        return batches


def _refuse_separate(expected: Expected) -> NoReturn:
    what = "sources" if expected.needs_source else "labels"
    raise DataError(f"a pipeline must yield its {what} in pairs with its samples; do not pass y")


def _refuse_unpacked(request: Request) -> NoReturn:
    raise DataError(
        f"the discriminator takes one label for every {request.pack} samples, which a pipeline does not arrange by "
        "their labels; pass arrays, or leave packing out"
    )


def _opened(pipeline: Any, expected: Expected, request: Request) -> Batches:
    if is_py_dataset(pipeline):
        return PyDatasetBatches(
            pipeline,
            translates=expected.needs_source,
            read=expected.read,
            seed=request.seed,
            shuffle=request.shuffle,
        )
    return StreamBatches(pipeline, translates=expected.needs_source, read=expected.read)


def comes_in_batches(x: Any) -> bool:
    """Whether data are batches already, in contrast to samples that can be divided and arranged."""
    return isinstance(x, Batches) or not (x is None or isinstance(x, (Data, Mapping)) or not is_pipeline(x))


def as_data(given: Any) -> Any:
    """Makes a `Data` from arrays in any form; anything else, such as the name of a dataset, is returned unchanged.

    Args:
        given: samples, a pair of samples and labels, a dict with `image` and, where there are any, `label`, or
            something that does not hold samples.

    Raises:
        DataError: the arrays cannot be used, or it is a pipeline, whose samples must be described.
    """
    if isinstance(given, Mapping) and "image" not in given:
        return given
    if isinstance(given, (tuple, Mapping)):
        parts = parts_of(given, translates=False, yielded=False)
        source = None if "source" not in parts else Data(train=parts["source"])
        return Data(train=parts["real"], train_labels=parts.get("labels"), source=source)
    if is_array_like(given):
        return Data(train=given)
    if is_yielding(given) or (isinstance(given, Iterable) and not isinstance(given, (str, Mapping))):
        raise DataError(
            f"a {type_of(given)} does not describe its samples; pass data=DataSpec(shape, ...), then call fit(pipeline)"
        )
    return given


def _refuse_batch_size(batches: Batches, request: Request) -> None:
    if request.batch_size not in (None, batches.batch_size):
        raise DataError(
            f"the data come in batches of {batches.batch_size}, so batch_size={request.batch_size} cannot be used; "
            "leave it out, or change the pipeline"
        )


def array_batches(real: Any, labels: Any, source: Any, expected: Expected, request: Request) -> Batches:
    """Makes batches from arrays.

    Args:
        real: samples `[N, *shape]`.
        labels: `[N]` in any form, or `None`.
        source: sources `[M, *source.shape]`, or `None`.
        expected: what the networks need.
        request: how batches are wanted.

    Raises:
        DataError: the samples, labels or sources do not fit.
    """
    data = expected.data
    sources = expected.sources(source) if expected.needs_source else None
    samples = expected.samples(real)
    if data.conditions and expected.needs_labels:
        return _condition_batches(samples, labels, expected, request)
    numbers = expected.labels(labels, len(samples), whole=True)
    if data.paired and sources is not None and len(sources) != len(samples):
        raise DataError(
            f"there are {len(sources)} sources for {len(samples)} samples, but the data are paired; "
            "pass one source for each sample"
        )
    return ArrayBatches(
        samples,
        numbers,
        batch_size=request.usual_batch_size if request.batch_size is None else request.batch_size,
        seed=request.seed,
        shuffle=request.shuffle,
        source=sources,
        paired=data.paired,
        value_range=data.value_range,
        source_range=None if data.source is None else data.source.value_range,
        pack=request.pack,
    )


def _condition_batches(samples: Array, labels: Any, expected: Expected, request: Request) -> ConditionBatches:
    if labels is not None:
        raise DataError("the classes are conditions, which the samples themselves hold; leave the labels out")
    return ConditionBatches(
        samples,
        expected.data.conditional_on,
        batch_size=request.usual_batch_size if request.batch_size is None else request.batch_size,
        seed=request.seed,
        pack=request.pack,
        value_range=expected.data.value_range,
    )


def part_of(data: Data, expected: Expected, *, held_out: bool) -> tuple[Array, Array | None, Array | None]:
    """Returns one part of data: samples, their labels and sources.

    Args:
        data: the data.
        expected: what the networks need.
        held_out: whether to take the held-out part where there is one. Unpaired sources may have one without the
            samples having one, and the reverse.

    Raises:
        DataError: the networks need pairs, but the data are not paired; or the data have another range.
    """
    if expected.needs_source and expected.data.paired and not data.paired:
        raise DataError(
            "this GAN was assembled for paired data, but these are not paired; "
            "pass Data(..., paired=True), or assemble it for unpaired data"
        )
    _refuse_other_range(data, expected.data, "samples")
    if expected.needs_source and data.source is not None and expected.data.source is not None:
        _refuse_other_range(data.source, expected.data.source, "sources")
    source = data.source
    sources = None if source is None else source.test if held_out and source.test is not None else source.train
    if held_out and data.test is not None:
        return data.test, data.test_labels, sources
    return data.train, data.train_labels, sources


def _refuse_other_range(data: Data, expected: DataSpec, what: str) -> None:
    """Checks that floats in data mean the same as those for which the networks were built; bytes fit any range."""
    floats = any(part is not None and part.dtype != np.uint8 for part in (data.train, data.test))
    own, built = data.value_range, expected.value_range
    if floats and None not in (own, built) and own != built:
        raise DataError(
            f"{what} are in the range {own}, but the networks were built for {built}; scale them, "
            f"or pass Data(..., value_range={built}) if their values are within it already"
        )
