"""Extractors with one fault each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import attrs
import numpy as np

from faulty_gan.fault import Fault
from ganreg import Extractor, Features


@attrs.frozen(kw_only=True)
class Halved(Extractor):
    """Half of each value, and correct."""

    def _extract(self, samples):
        return samples.reshape(len(samples), -1) / 2

    def prepare(self, source):
        return Features(description="halved", extract=self._extract)


@attrs.frozen(kw_only=True)
class Unflattened(Halved):
    """Leaves images as they are."""

    def _extract(self, samples):
        return samples / 2


@attrs.frozen(kw_only=True)
class Unnormalized(Halved):
    """Returns logits in place of probabilities."""

    gives_probabilities: ClassVar[bool] = True

    def prepare(self, source):
        return attrs.evolve(super().prepare(source), classify=self._extract)


@attrs.frozen(kw_only=True)
class Unseeded(Halved):
    """Projects onto directions that are drawn anew each time."""

    def prepare(self, source):
        directions = np.random.default_rng().normal(size=(source.spec.size, 3))
        return Features(description="unseeded", extract=lambda samples: self._extract(samples) @ directions)


@attrs.frozen(kw_only=True)
class BatchCentred(Halved):
    """Subtracts the mean of the batch."""

    def _extract(self, samples):
        features = super()._extract(samples)
        return features - features.mean(axis=0)


@attrs.frozen(kw_only=True)
class RawCentred(Halved):
    """Subtracts the mean of the data as it is, whether bytes or floats."""

    def prepare(self, source):
        mean = float(source.data.train.mean())
        return Features(description="centred", extract=lambda samples: self._extract(samples) - mean)


@attrs.frozen(kw_only=True)
class Shared(Halved):
    """Keeps the mean of the data where the next dataset overwrites it."""

    mean: ClassVar[dict[str, float]] = {}

    def prepare(self, source):
        self.mean["of"] = float(source.as_floats(source.data.train).mean())
        return Features(description="shared", extract=lambda samples: self._extract(samples) - self.mean["of"])


@attrs.frozen(kw_only=True)
class Misdirected(Halved):
    """Gives files to a field that it does not have."""

    reads: ClassVar[Mapping[str, str]] = {".halves": "file"}


EXTRACTED = (
    Fault("gives-features", Unflattened, "expected features [256, F], got an array of shape (256, 8, 8, 1)"),
    Fault("gives-probabilities", Unnormalized, "its class probabilities add up to 1 only within"),
    Fault("extracts-the-same", Unseeded, "prepared twice for the same data"),
    Fault("extracts-each-sample-alone", BatchCentred, "differ with the samples around it"),
    Fault("takes-bytes-and-floats", RawCentred, "prepared for float32 data, it gives other features"),
    Fault("keeps-datasets-apart", Shared, "the features of the first differ"),
    Fault("reads-into-a-field", Misdirected, "to the field 'file', which it does not have"),
)
