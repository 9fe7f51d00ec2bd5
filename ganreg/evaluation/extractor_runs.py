"""An extractor as it is used for one dataset."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import attrs

from ganreg.contract.extractors import Cache, Extractor, Features, Kept, Source
from ganreg.contract.structuring import unstructure
from ganreg.data.arrays import Array
from ganreg.data.ranges import to_float
from ganreg.data.spec import DataSpec
from ganreg.engine.attribution import attributed
from ganreg.engine.outside import outside_of_strategy
from ganreg.errors import DataError
from ganreg.evaluation.cache import cached_file, cached_values, key_of
from ganreg.evaluation.extractor_specs import KIND, extractor_spec, suggested
from ganreg.evaluation.real_features import View
from ganreg.plugins.registry import registry


@attrs.frozen
class FileCache(Cache):
    """Keeps what an extractor computes in the user's cache folder.

    Attributes:
        identity: plain values that identify the extractor's code and hyperparameters.
    """

    identity: object

    def file(
        self,
        suffix: str,
        *facts: object,
        make: Callable[[], Kept],
        write: Callable[[Kept, Path], object],
        read: Callable[[Path], Kept | None],
    ) -> Kept:
        """See `Cache.file`."""
        value: Kept = cached_file(key_of(KIND, self.identity, suffix, facts), suffix, read, make, write)
        return value

    def numbers(self, *facts: object, make: Callable[[], dict[str, float]]) -> dict[str, float]:
        """See `Cache.numbers`."""
        return cached_values(key_of(KIND, self.identity, facts), make)


@attrs.frozen
class ExtractorRun:
    """An extractor that was chosen for an evaluation.

    Attributes:
        name: the name by which metrics know its features.
        extractor: the component.
        identity: plain values that identify its code and hyperparameters; `None` if no plugin offers it, as its code
            may then change at any time.
    """

    name: str
    extractor: Extractor
    identity: object

    @classmethod
    def of(cls, given: str | Extractor) -> ExtractorRun:
        """Makes one from an extractor, from its spec text or from the name of a file that it reads.

        Raises:
            UnknownComponentError, AmbiguousComponentError, SpecError: there is no such extractor, or a parameter is
                wrong.
            PluginError: it cannot be imported.
        """
        known = registry()
        extractor = given if isinstance(given, Extractor) else known.create(KIND, extractor_spec(given))
        entry = known.entry_of(extractor)
        identity = None if entry is None else [entry.qualified_name, entry.plugin.version, unstructure(extractor)]
        return cls(type(extractor).__name__ if entry is None else entry.name, extractor, identity)

    def prepare(self, source: Source) -> Prepared:
        """Prepares the extractor for a dataset.

        Args:
            source: the real samples; the cache is replaced by one that keeps files.

        Raises:
            DataError: it cannot be used with the data, or needs a file that is missing.
            PluginError: its own code failed.
        """
        cache = Cache() if self.identity is None else FileCache(self.identity)
        with attributed(f"{KIND} '{self.name}'", "prepare"):
            # It may train a network, which no device shares.
            own = attrs.evolve(source, cache=cache)
            features = outside_of_strategy(functools.partial(self.extractor.prepare, own))
        return Prepared(self, features)


@attrs.frozen
class Prepared:
    """An extractor with the features that it computes for one dataset."""

    run: ExtractorRun
    features: Features

    def view(self, *, probabilities: bool, metric: str) -> View:
        """Returns what a metric looks at.

        Args:
            probabilities: whether it looks at class probabilities.
            metric: its spec text, for messages.

        Raises:
            DataError: there are no class probabilities.
        """
        features, name = self.features, self.run.name
        if probabilities and features.classify is None:
            remedy = suggested(lambda extractor: extractor.gives_probabilities)
            raise DataError(
                f"metric '{metric}' compares class probabilities, which extractor '{name}' does not give"
                + (f"; use {remedy}" if remedy else "")
            )
        compute = features.probabilities if probabilities else features

        def attributed_compute(samples: Array, _: Array | None = None) -> Array:
            with attributed(f"{KIND} '{name}'", "classify" if probabilities else "extract"):
                return outside_of_strategy(functools.partial(compute, samples))

        return View(
            description=features.description,
            key=key_of(KIND, self.run.identity, features.facts, probabilities),
            of=attributed_compute,
            keep=features.keep and self.run.identity is not None,
        )


def prepare_extractor(extractor: str | Extractor, source: Source) -> Features:
    """Prepares an extractor as evaluations do: they share what is kept in the user's cache folder.

    Args:
        extractor: the extractor, its spec text, or the name of a file that it reads.
        source: the real samples; the cache is replaced by one that keeps files.

    Raises:
        UnknownComponentError, AmbiguousComponentError, SpecError: there is no such extractor, or a parameter is wrong.
        DataError: it cannot be used with the samples, or needs a file that is missing.
        PluginError: its own code failed.
    """
    return ExtractorRun.of(extractor).prepare(source).features


def samples_view(data: DataSpec) -> View:
    """Returns the view of metrics that look at samples: their own values, `[N, size]`.

    Args:
        data: describes one sample.
    """
    return View(
        description="values",
        key="samples",
        of=lambda samples, _=None: to_float(samples).reshape(len(samples), data.size),
        keep=False,
    )
