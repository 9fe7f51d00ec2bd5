"""Checks of extractors, on small labelled images or, where an extractor refuses these, on points."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np

from ganreg.contract.extractors import Extractor, Features, Source
from ganreg.contract.structuring import fields_of
from ganreg.data.arrays import Array, Data
from ganreg.data.ranges import to_float
from ganreg.errors import DataError
from ganreg.testing.check import check
from ganreg.testing.failures import CheckFailure, NotApplicableError, require
from ganreg.testing.reference_dataset import ReferenceDataset
from ganreg.testing.subject import Subject

_COUNT, _SIDE, _CLASSES = 96, 8, 4
_RELATIVE, _ABSOLUTE = 1e-4, 1e-5
"""Tolerances for features of the same samples in batches of other samples, where sums are added up in another order."""


def _images(seed: int = 0) -> Data:
    """Returns images of noise as bytes, each with a bright quarter that is its class."""
    stream = np.random.default_rng(seed)
    labels = np.arange(_COUNT) % _CLASSES
    images = stream.integers(0, 160, size=(_COUNT, _SIDE, _SIDE, 1))
    half = _SIDE // 2
    for image, label in zip(images, labels, strict=True):
        row, column = divmod(int(label), 2)
        image[row * half : (row + 1) * half, column * half : (column + 1) * half] += 90
    return Data(train=images.astype(np.uint8), train_labels=labels)


def _in_floats(data: Data) -> Data:
    return attrs.evolve(data, train=to_float(data.train), value_range=(-1.0, 1.0))


@attrs.frozen(eq=False)
class Example:
    """An extractor prepared for data that it accepts.

    Attributes:
        data: the data.
        features: the prepared extractor.
    """

    data: Data
    features: Features

    def computed(self, samples: Array | None = None) -> Array:
        """Returns the features of samples; of those of the data by default.

        Raises:
            NotApplicableError: it fails, which is the concern of another check.
        """
        try:
            return self.features(self.data.train if samples is None else samples)
        except Exception as error:
            raise NotApplicableError(f"it does not give features: {' '.join(str(error).split())}") from error


@functools.lru_cache(maxsize=1)
def example_of(subject: Subject) -> Example:
    """Prepares an extractor for the first data that it accepts.

    Raises:
        NotApplicableError: it accepts none.
    """
    refusals = []
    for data in (_images(), ReferenceDataset().load()):
        try:
            return Example(data, subject.instance.prepare(Source.of(data)))
        except DataError as error:
            refusals.append(str(error))
    raise NotApplicableError(f"it cannot be prepared as it is configured: {refusals[0]}")


@check("extractor", proves="it gives finite features [N, F] of any number of samples")
def gives_features(subject: Subject) -> None:
    """Computes the features of a single sample, and of more than two batches."""
    example = example_of(subject)
    require(
        isinstance(example.features, Features), f"prepare() returns {type(example.features).__name__}, not Features"
    )
    sizes = set()
    for count in (1, 2 * example.features.batch_size + 3):
        features = example.features(np.resize(example.data.train, (count, *example.data.train.shape[1:])))
        require(np.isfinite(features).all(), "its features are not finite")
        sizes.add(features.shape[1])
    require(len(sizes) == 1, f"the number of its features depends on the number of samples: {sorted(sizes)}")


@check("extractor", proves="it declares whether it gives class probabilities, and these add up to 1")
def gives_probabilities(subject: Subject) -> None:
    """Looks at the probabilities of each sample, if there are any."""
    example = example_of(subject)
    if example.features.classify is None:
        raise NotApplicableError("it gives no class probabilities")
    require(subject.instance.gives_probabilities, "it gives class probabilities, and 'gives_probabilities' is not set")
    answers = example.features.probabilities(example.data.train)
    sums = answers.sum(axis=1, dtype=np.float64)
    off = float(np.abs(sums - 1.0).max())
    require(answers.min() >= 0.0 and off < 1e-3, f"its class probabilities add up to 1 only within {off:.2g}")


@check("extractor", proves="the same samples have the same features, also when it is prepared again")
def extracts_the_same(subject: Subject) -> None:
    """Computes them twice, and with a fresh instance."""
    example = example_of(subject)
    first = example.computed()
    require(np.array_equal(first, example.computed()), "computed twice on the same samples, its features differ")
    again = attrs.evolve(example, features=_prepared(subject, example.data))
    require(np.array_equal(first, again.computed()), "prepared twice for the same data, its features differ")


@check("extractor", proves="the features of a sample do not depend on the samples around it")
def extracts_each_sample_alone(subject: Subject) -> None:
    """Compares the features of a few samples with those in a batch of others."""
    example = example_of(subject)
    together, alone = example.computed()[:5], example.computed(example.data.train[:5])
    require(_close(together, alone), "the features of a sample differ with the samples around it")


@check("extractor", proves="images as bytes and as floats have the same features")
def takes_bytes_and_floats(subject: Subject) -> None:
    """Prepares it for the same images as uint8 and as float32."""
    example = example_of(subject)
    if example.data.train.dtype != np.uint8:
        raise NotApplicableError("it takes no images")
    floats = _in_floats(example.data)
    expected = example.computed()
    require(_close(expected, example.computed(floats.train)), "float32 samples have other features than uint8 samples")
    if _close(expected, attrs.evolve(example, features=_prepared(subject, floats)).computed()):
        return
    again = attrs.evolve(example, features=_prepared(subject, example.data))
    if not _close(expected, again.computed()):
        raise NotApplicableError("its features differ whenever it is prepared")
    raise CheckFailure("prepared for float32 data, it gives other features than prepared for the same images as uint8")


@check("extractor", proves="preparing it for other data does not change what was prepared before")
def keeps_datasets_apart(subject: Subject) -> None:
    """Prepares it for other data, and computes features with what it had prepared first."""
    example = example_of(subject)
    data = example.data
    other = _images(seed=1) if data.train.dtype == np.uint8 else attrs.evolve(data, train=data.train[::-1] * 2.0)
    features = _prepared(subject, data)
    before = attrs.evolve(example, features=features).computed()
    _prepared(subject, other)
    after = attrs.evolve(example, features=features).computed()
    require(np.array_equal(before, after), "after it was prepared for other data, the features of the first differ")


@check("extractor", proves="the files that it reads are given to one of its fields")
def reads_into_a_field(subject: Subject) -> None:
    """Looks at `reads`."""
    implementation: Any = subject.implementation
    if not implementation.reads:
        raise NotApplicableError("it reads no files by their suffix")
    fields = [field.name for field in fields_of(implementation)]
    for suffix, field in implementation.reads.items():
        require(suffix.startswith("."), f"'reads' has the suffix {suffix!r}, which does not start with a dot")
        require(field in fields, f"'reads' gives {suffix} files to the field '{field}', which it does not have")


def _prepared(subject: Subject, data: Data) -> Features:
    instance: Extractor = attrs.evolve(subject.instance)
    return instance.prepare(Source.of(data))


def _close(one: Array, other: Array) -> bool:
    if one.shape != other.shape:
        return False
    scale = max(1.0, float(np.nanmax(np.abs(one), initial=0.0)))
    return bool(np.allclose(one, other, rtol=_RELATIVE, atol=_ABSOLUTE * scale, equal_nan=True))


def uses_of(subject: Subject) -> Callable[[], Any]:
    """Returns a function that does everything that an extractor is asked to do."""
    example = example_of(subject)
    return lambda: _prepared(subject, example.data)(example.data.train)
