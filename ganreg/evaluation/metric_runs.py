"""Metrics as they judge one data set: chosen by name or because they suit it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import attrs

from ganreg.contract.datasets import Dataset
from ganreg.contract.implementation import overrides
from ganreg.contract.metrics import Metric
from ganreg.contract.specs import Spec
from ganreg.contract.structuring import fields_of, unstructure
from ganreg.data.arrays import Array
from ganreg.data.spec import DataSpec
from ganreg.engine.attribution import attributed
from ganreg.errors import DataError, GanregWarning, PluginError
from ganreg.evaluation.real_features import Side
from ganreg.plugins.registry import registry


def default_metrics(data: DataSpec, dataset: Dataset | None = None) -> list[str]:
    """The names of the metrics that declare that they suit such data.

    Args:
        data: what one sample looks like.
        dataset: where samples come from; `None` where they are plain arrays.
    """
    names = []
    for name in registry().names("metric"):
        try:
            with attributed(f"metric '{name}'", "suits"):
                if registry().create("metric", name).suits(data, dataset):
                    names.append(name)
        except PluginError as error:
            warnings.warn(f"{error}; it is left out", GanregWarning, stacklevel=2)
    return names


@attrs.frozen
class Judge:
    """A metric of one data set.

    Attributes:
        text: its spec text.
        metric: as it judges the data set.
        identity: plain values that tell its code and parameters; `None` for one of no plugin, whose code may change.
    """

    text: str
    metric: Metric
    identity: object

    @classmethod
    def of(cls, given: str | Metric, dataset: Dataset | None) -> Judge:
        """Makes one of a metric, or of its spec text.

        Raises:
            UnknownComponentError, SpecError: there is no such metric, or a parameter is wrong.
            DataError: it does not fit the data set.
            PluginError: its own code failed.
        """
        chosen = given if isinstance(given, Metric) else registry().create("metric", given)
        entry = registry().entry_of(chosen)
        text = str(Spec.of(given)) if isinstance(given, str) else _text_of(chosen, entry.name if entry else None)
        metric = chosen
        if dataset is not None:
            with attributed(f"metric '{text}'", "for_data"):
                metric = chosen.for_data(dataset)
        identity = None if entry is None else [entry.qualified_name, entry.plugin.version, unstructure(chosen)]
        return cls(text, metric, identity)

    @property
    def wants_held_out(self) -> bool:
        """Whether it makes use of samples that were not trained on, and is then given all that were."""
        return overrides(self.metric, "compute_held_out")

    def published(self, extractor: str) -> Mapping[str, str]:
        """What its values are called on an extractor's features, where that is another name."""
        return self.metric.published_names.get(extractor, {})

    def refuse_unlabelled(self, *, data: bool, generator: bool) -> None:
        """Raises `DataError` where it needs labels and there are none.

        Args:
            data: whether real samples have labels.
            generator: whether generated ones have.
        """
        if not self.metric.needs_labels or (data and generator):
            return
        lack = "the data has none" if not data else "the generator is not conditional, so that its samples have none"
        raise DataError(f"metric '{self.text}' needs labels of real and generated samples, and {lack}")

    def refuse_too_few(self, real: int, generated: int, features: int, extractor: str) -> None:
        """Raises `DataError` where a side has fewer samples than the values need to mean anything.

        Args:
            real: how many there are at most, however many are generated.
            generated: how many there will be.
            features: how many there are of each.
            extractor: what describes them.
        """
        with attributed(f"metric '{self.text}'", "minimum_samples"):
            least = self.metric.minimum_samples(features)
        of = f"on the {features} features of {extractor}" if features > 1 else f"on {extractor}"
        if real < least:  # first, for no number of generated ones helps then
            raise DataError(
                f"metric '{self.text}' needs at least {least} real samples {of}, and the data has {real}; take fewer "
                "features, such as those of --features classifier or FILE.keras, or "
                f"{self.metric.with_few_samples or 'another metric'}"
            )
        if generated < least:
            raise DataError(
                f"metric '{self.text}' needs at least {least} samples {of}, not {generated}; ask for {least} or more"
            )

    def values(self, real: Side, fake: Side, held_out: Array | None = None) -> dict[str, float]:
        """Computes the metric, in whichever way it can use what there is.

        Raises:
            DataError: the samples are not what it needs.
            PluginError: its own code failed.
        """
        with attributed(f"metric '{self.text}'", "compute"):
            if held_out is not None:
                return self.metric.compute_held_out(real.features, fake.features, held_out)
            if real.labels is not None and fake.labels is not None:
                return self.metric.compute_with_labels(real.features, fake.features, real.labels, fake.labels)
            return self.metric.compute(real.features, fake.features)


def _text_of(metric: Any, name: str | None) -> str:
    """The spec text of a metric: its name, or its class's, with what differs from the defaults."""
    defaults = {field.name: field.default for field in fields_of(metric.__class__)}
    given = {key: value for key, default in defaults.items() if (value := getattr(metric, key)) != default}
    return str(Spec(name or type(metric).__name__, given))
