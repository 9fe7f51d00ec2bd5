"""Datasets with one fault each."""

from __future__ import annotations

import attrs
import numpy as np
from attrs import validators

from faulty_gan.fault import Fault
from ganreg import Data, Dataset, DataSpec, parameter


@attrs.frozen(kw_only=True)
class Noise(Dataset):
    """Uniform noise in two classes, and correct."""

    seed: int = parameter(0, "seed of the noise", validators.ge(0))

    def spec(self):
        return DataSpec((2,), num_classes=2, value_range=(-1.0, 1.0))

    def _samples(self):
        return np.random.default_rng(self.seed).uniform(-1, 1, (50, 2)).astype(np.float32)

    def load(self):
        labels = np.arange(40) % 2
        samples = self._samples()
        return Data(
            train=samples[:40],
            test=samples[40:],
            train_labels=labels,
            test_labels=labels[:10],
            value_range=(-1.0, 1.0),
        )


@attrs.frozen(kw_only=True)
class Lost(Noise):
    """Raises Python's own exception for a missing file."""

    def load(self):
        raise FileNotFoundError("noise.npy")


@attrs.frozen(kw_only=True)
class Boastful(Noise):
    """Declares more classes than it has."""

    def spec(self):
        return DataSpec((2,), num_classes=3, value_range=(-1.0, 1.0))


@attrs.frozen(kw_only=True)
class Overdriven(Noise):
    """Doubles its samples after they have been validated."""

    def load(self):
        data = super().load()
        data.train[:] *= 2
        return data


@attrs.frozen(kw_only=True)
class HalfLabelled(Noise):
    """Has no labels for its test samples."""

    def load(self):
        return attrs.evolve(super().load(), test_labels=None)


@attrs.frozen(kw_only=True)
class EverNew(Noise):
    """Draws without a seed."""

    def _samples(self):
        return np.random.default_rng().uniform(-1, 1, (50, 2)).astype(np.float32)


@attrs.frozen(kw_only=True)
class Heedless(Noise):
    """Ignores its seed."""

    def _samples(self):
        return np.random.default_rng(0).uniform(-1, 1, (50, 2)).astype(np.float32)


@attrs.frozen(kw_only=True)
class Sowing(Noise):
    """Sets the seed of the whole process."""

    def _samples(self):
        np.random.seed(self.seed)
        return np.random.uniform(-1, 1, (50, 2)).astype(np.float32)


@attrs.frozen(kw_only=True)
class Translated(Noise):
    """Noise with its negative as the source of each sample, and correct."""

    def spec(self):
        return attrs.evolve(super().spec(), source=DataSpec((2,), value_range=(-1.0, 1.0)), paired=True)

    def load(self):
        data = super().load()
        source = Data(train=-data.train, test=-data.test, value_range=(-1.0, 1.0))
        return attrs.evolve(data, source=source, paired=True)


@attrs.frozen(kw_only=True)
class Separated(Translated):
    """Promises pairs that it does not have."""

    def load(self):
        return attrs.evolve(super().load(), paired=False)


@attrs.frozen(kw_only=True)
class OverdrivenSources(Translated):
    """Doubles its sources after they have been validated."""

    def load(self):
        data = super().load()
        data.source.test[:] *= 2
        return data


@attrs.frozen(kw_only=True)
class EverNewSources(Translated):
    """Draws its sources without a seed."""

    def load(self):
        data = super().load()
        data.source.train[:] = np.random.default_rng().uniform(-1, 1, data.train.shape)
        return data


SAMPLED = (
    Fault("loads-or-explains", Lost, "load() raises FileNotFoundError"),
    Fault("spec-agrees-with-samples", Boastful, "spec() says num_classes 3"),
    Fault("samples-are-in-range", Overdriven, "its train samples range over"),
    Fault("spec-agrees-with-samples", Separated, "spec() says paired True, but the samples have False"),
    Fault("samples-are-in-range", OverdrivenSources, "its test sources range over"),
    Fault("loads-the-same", EverNewSources, "loaded twice"),
    Fault("labels-are-classes", HalfLabelled, "the test samples have no labels"),
    Fault("loads-the-same", EverNew, "loaded twice"),
    Fault("depends-on-the-seed", Heedless, "the same with another seed"),
    Fault("changes-no-global-state", Sowing, "numpy's global random numbers"),
)
