"""Extractors: what turns samples into the features that metrics compare, chosen by spec text."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs
import numpy as np
import tensorflow as tf

from ganreg.data.arrays import Array, Data, to_float
from ganreg.data.spec import DataSpec
from ganreg.errors import DataError
from ganreg.evaluation.extractor_specs import EXTRACTORS, extractor_spec

if TYPE_CHECKING:
    from ganreg.contract.datasets import Dataset


@attrs.frozen(kw_only=True)
class Source:
    """Real samples and what is known about them, which an extractor may learn from.

    Attributes:
        data: the samples.
        spec: what one looks like.
        dataset: where they come from; `None` where they are plain arrays.
        fingerprint: a hash of the samples and labels.
    """

    data: Data
    spec: DataSpec
    dataset: Dataset | None
    fingerprint: str


@attrs.frozen(kw_only=True)
class Features:
    """An extractor that is ready for one data set.

    Attributes:
        name: the extractor's, one of `EXTRACTORS`.
        description: for people, with what one must know to trust it.
        key: changes with anything that the features depend on.
        extract: samples `[N, *shape]`, float32 in the data's range or uint8, to float32 `[N, F]`.
        classify: the same samples to class probabilities `[N, classes]`; `None` where it is no classifier.
        quick: whether extracting anew is as quick as reading features from a file.
    """

    name: str
    description: str
    key: str
    extract: Callable[[Array], Array]
    classify: Callable[[Array], Array] | None = None
    quick: bool = False


@attrs.frozen(kw_only=True)
class Extractor:
    """The choice of an extractor; its fields are what a spec text can set."""

    def prepare(self, source: Source) -> Features:
        """Makes it ready for a data set, from the cache where it was ready before.

        Raises:
            DataError: it does not fit the data, or needs a file that is not there.
        """
        raise NotImplementedError(f"{type(self).__name__} must define prepare(source)")


@attrs.frozen(kw_only=True)
class Pixels(Extractor):
    """The samples' own values, flattened."""

    def prepare(self, source: Source) -> Features:
        """Needs nothing."""
        name = "pixels" if source.spec.is_image else "values"
        return Features(name="pixels", description=name, key="pixels", extract=_flattened, quick=True)


def _flattened(samples: Array) -> Array:
    return to_float(samples).reshape(len(samples), -1)


def extractor_of(text: str) -> Extractor:
    """Reads an extractor's spec text: `pixels`, `inception:weights=FILE`, `FILE.keras`.

    Raises:
        SpecError: there is none of that name, or a parameter is wrong.
    """
    from ganreg.contract.structuring import structure

    spec = extractor_spec(text)
    module, _, name = EXTRACTORS[spec.name].partition(":")
    made: Extractor = structure(
        getattr(importlib.import_module(module), name), spec.parameters, where=f"features '{spec.name}'"
    )
    return made


def default_extractor(data: DataSpec) -> str:
    """The extractor for data where the user chooses none: a classifier for images with labels, else their values."""
    return "classifier" if data.is_image and data.num_classes is not None else "pixels"


_CHUNK = 256
"""Samples that go through a network at a time; one shape, so that it is compiled once."""


def in_chunks(network: Callable[[tf.Tensor], tf.Tensor], chunk: int = _CHUNK) -> Callable[[Array], Array]:
    """Makes a function of arrays from one of tensors, which is run on so many samples at a time.

    Args:
        network: float32 `[chunk, *shape]` to `[chunk, F]`.
        chunk: samples at a time; the last are filled up.

    Returns:
        Samples `[N, *shape]`, float32 or uint8, to float32 `[N, F]`.
    """
    compiled = tf.function(network, autograph=False)

    def run(samples: Array) -> Array:
        pieces = []
        for start in range(0, len(samples), chunk):
            piece = to_float(samples[start : start + chunk])
            missing = chunk - len(piece)
            filled = np.pad(piece, [(0, missing), *[(0, 0)] * (piece.ndim - 1)]) if missing else piece
            pieces.append(compiled(tf.constant(filled)).numpy()[: len(piece)])
        return np.concatenate(pieces).astype(np.float32, copy=False)

    return run


def refuse_no_images(spec: DataSpec, name: str) -> None:
    """Raises `DataError` where samples are no images of 1 or 3 channels."""
    if not spec.is_image or spec.shape[-1] not in (1, 3):
        shape = "x".join(map(str, spec.shape))
        raise DataError(
            f"features '{name}' are those of grey or colour images; samples of {shape} need --features pixels"
        )
