"""A cache of each test's own, so that no test finds what another has kept, and plugins made in memory."""

from typing import ClassVar

import attrs
import numpy as np
import pytest

import ganreg
from ganreg.data.arrays import Data
from ganreg.plugins import registry as registry_module
from ganreg.plugins.installed import installed_entry_points


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """The folder that evaluations keep things in."""
    monkeypatch.setenv("GANREG_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def install(monkeypatch):
    """Adds plugins to the installed ones, or removes distributions: `install(point(...), without=["acme-gan"])`."""

    def change(*points, without=()):
        installed = [point for point in installed_entry_points() if point.distribution not in without]
        monkeypatch.setattr(registry_module, "installed_entry_points", lambda: [*installed, *points])
        ganreg.registry.cache_clear()

    yield change
    ganreg.registry.cache_clear()


def make_gan(data, **options):
    """Assembles a tiny GAN of any samples."""
    return ganreg.assemble(
        generator={"name": "mlp", "latent_dim": 2, "widths": [4], **options},
        discriminator={"name": "mlp", "widths": [4], **options},
        loss="hinge",
        data=data,
        batch_size=16,
    )


@pytest.fixture(scope="session")
def assemble():
    """Assembles a tiny GAN: `assemble(data, conditional=True)`."""
    return make_gan


@pytest.fixture(scope="module")
def gan():
    """Of one dimension, with 600 samples to train on and 60 held out."""
    return make_gan("gaussian-1d:samples=600")


@pytest.fixture(scope="module")
def labelled():
    """Conditional, of points with labels."""
    stream = np.random.default_rng(0)
    labels = stream.integers(2, size=200)
    points = (stream.normal(size=(200, 3)) + labels[:, None]).astype(np.float32)
    return make_gan(Data(train=points, train_labels=labels), conditional=True)


@pytest.fixture(scope="module")
def images():
    """An untrained GAN of images 4x4 without labels."""
    samples = np.random.default_rng(0).uniform(-1, 1, size=(80, 4, 4, 1)).astype(np.float32)
    return make_gan(Data(train=samples, value_range=(-1, 1)))


@attrs.frozen(kw_only=True)
class Spy(ganreg.Metric):
    """Remembers what it receives."""

    seen: ClassVar[list] = []
    lower_is_better: ClassVar[dict] = {"spied": True}

    def compute(self, real, fake):
        """Returns the difference of the means, its error and a value that is not a score."""
        self.seen.append({"real": real, "fake": fake})
        return {"spied": float(fake.mean() - real.mean()), "spied_error": 0.25, "aside": 7.0}


@pytest.fixture
def spy():
    """The class of a metric that remembers in `seen` what it receives."""
    Spy.seen.clear()
    return Spy


@attrs.frozen(kw_only=True)
class Doubled(ganreg.Extractor):
    """Twice the samples' values; counts the samples that it was given."""

    given: ClassVar[list] = []

    def prepare(self, source):
        """Needs nothing."""

        def extract(samples):
            self.given.append(len(samples))
            return 2 * samples.reshape(len(samples), -1)

        return ganreg.Features(description="doubled", extract=extract)


@pytest.fixture
def doubled():
    """The class of an extractor that doubles values and remembers in `given` that it was called."""
    Doubled.given.clear()
    return Doubled
