"""A metric as it is used for one dataset: chosen by name, or because it suits the data."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from ganreg.contract.datasets import Dataset
from ganreg.contract.implementation import overrides
from ganreg.contract.metrics import ColumnScores, Metric
from ganreg.contract.specs import Spec
from ganreg.contract.structuring import fields_of, unstructure
from ganreg.data.arrays import Array
from ganreg.data.columns import Column
from ganreg.data.spec import DataSpec
from ganreg.engine.attribution import attributed
from ganreg.errors import DataError, GanregWarning, PluginError
from ganreg.evaluation.extractor_specs import suggested
from ganreg.evaluation.real_features import Side
from ganreg.plugins.registry import registry


def default_metrics(data: DataSpec, dataset: Dataset | None = None) -> list[str]:
    """Returns the names of the metrics that declare that they suit such data, the most suitable first.

    Args:
        data: describes one sample.
        dataset: the dataset that samples come from; `None` for plain arrays.
    """
    suitable: dict[str, int] = {}
    for name in registry().names("metric"):
        try:
            with attributed(f"metric '{name}'", "suits"):
                suits = int(registry().create("metric", name).suits(data, dataset))
        except PluginError as error:
            warnings.warn(f"{error}; it is left out", GanregWarning, stacklevel=2)
            continue
        if suits > 0:
            suitable[name] = suits
    return sorted(suitable, key=lambda name: -suitable[name])


@attrs.frozen(eq=False)
class MetricRun:
    """A metric that was chosen for an evaluation.

    Attributes:
        text: its spec text.
        metric: the component, prepared for the dataset.
        identity: plain values that identify its code and hyperparameters; `None` if no plugin offers it, as its code
            may then change at any time.
    """

    text: str
    metric: Metric
    identity: object

    @classmethod
    def of(cls, given: str | Metric, dataset: Dataset | None) -> MetricRun:
        """Makes one from a metric, or from its spec text.

        Raises:
            UnknownComponentError, SpecError: there is no such metric, or a parameter is wrong.
            DataError: it cannot be used with the dataset.
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
    def needs_extractor(self) -> bool:
        """Whether it compares what an extractor computes, rather than the samples themselves."""
        return self.metric.looks_at not in ("samples", "columns") and not self.metric.needs_pairs

    @property
    def wants_held_out(self) -> bool:
        """Whether it uses samples that were not trained on; it then also receives all that were."""
        return overrides(self.metric, "compute_held_out")

    def published(self, extractor: str) -> Mapping[str, str]:
        """Returns the published names of its values with the features of an extractor, by their own names."""
        return self.metric.published_names.get(extractor, {})

    def for_columns(self, columns: Sequence[Column]) -> MetricRun:
        """Adapts the metric to the columns of a table if it looks at them.

        Args:
            columns: what the columns hold; empty if the samples are not a table.

        Raises:
            DataError: there are no columns, or they do not suit the metric.
            PluginError: its own code failed.
        """
        if self.metric.looks_at != "columns":
            return self
        if not columns:
            raise DataError(
                f"metric '{self.text}' compares the columns of tables, and these data have none; use a dataset of "
                "tables, or say what the values are with Data(blocks=[ganreg.Block(name, size)])"
            )
        with attributed(f"metric '{self.text}'", "for_columns"):
            return attrs.evolve(self, metric=self.metric.for_columns(columns))

    def refuse_without_held_out(self, *, held_out: bool) -> None:
        """Raises `DataError` if it needs samples that were not trained on and there are none."""
        if self.metric.needs_held_out and not held_out:
            raise DataError(
                f"metric '{self.text}' needs real samples that were not trained on; hold some out, as test_share of a "
                "dataset or Data(test=...) does"
            )

    def refuse_unlabelled(self, *, data: bool, generator: bool) -> None:
        """Raises `DataError` if it needs labels and there are none.

        Args:
            data: whether real samples have labels.
            generator: whether generated samples have labels.
        """
        if not self.metric.needs_labels or (data and generator):
            return
        lack = "the data has none" if not data else "the generator is not conditional, so its samples have none"
        raise DataError(f"metric '{self.text}' needs labels of real and generated samples, but {lack}")

    def refuse_too_few(self, real: int, generated: int, features: int, extractor: str) -> None:
        """Raises `DataError` if either side has too few samples for meaningful values.

        Args:
            real: the number of real samples.
            generated: the number of samples that will be generated.
            features: the number of features per sample.
            extractor: describes the features.
        """
        with attributed(f"metric '{self.text}'", "minimum_samples"):
            least = self.metric.minimum_samples(features)
        of = f"on the {features} features of {extractor}" if features > 1 else f"on {extractor}"
        if real < least:  # first, because then no number of generated samples helps
            fewer = suggested(lambda each: each.gives_few_features) if self.needs_extractor else ""
            fewer = f"fewer features, such as those of {fewer}, or " if fewer else ""
            raise DataError(
                f"metric '{self.text}' needs at least {least} real samples {of}, and the data has {real}; take "
                f"{fewer}{self.metric.with_few_samples or 'another metric'}"
            )
        if generated < least:
            raise DataError(
                f"metric '{self.text}' needs at least {least} samples {of}, not {generated}; ask for {least} or more"
            )

    def values(self, real: Side, generated: Side, held_out: Array | None = None) -> dict[str, float]:
        """Computes the metric with the method that uses most of what there is.

        Raises:
            DataError: the samples are not what it needs.
            PluginError: its own code failed.
        """
        with attributed(f"metric '{self.text}'", "compute"):
            if held_out is not None:
                return self.metric.compute_held_out(real.features, generated.features, held_out)
            if real.labels is not None and generated.labels is not None:
                return self.metric.compute_with_labels(real.features, generated.features, real.labels, generated.labels)
            return self.metric.compute(real.features, generated.features)

    def scores_by_column(self, real: Array, generated: Array) -> ColumnScores | None:
        """Returns the scores of columns and of pairs of columns; `None` if the metric has none.

        Raises:
            DataError: the samples are not what it needs.
            PluginError: its own code failed.
        """
        if self.metric.looks_at != "columns":
            return None
        with attributed(f"metric '{self.text}'", "scores_by_column"):
            return self.metric.scores_by_column(real, generated)

    def values_of_pairs(self, made: Array, target: Array, data: DataSpec) -> dict[str, float]:
        """Computes a metric that needs pairs.

        Args:
            made: translations, float32 `[N, *shape]`.
            target: the true sample of each, float32 `[N, *shape]`.
            data: describes one sample.

        Raises:
            DataError: the samples are not what it needs.
            PluginError: its own code failed.
        """
        with attributed(f"metric '{self.text}'", "compute_pairs"):
            return self.metric.compute_pairs(made, target, data)


def _text_of(metric: Any, name: str | None) -> str:
    """Returns the spec text of a metric: its name, or that of its class, and the parameters that are not defaults."""
    defaults = {field.name: field.default for field in fields_of(metric.__class__)}
    given = {key: value for key, default in defaults.items() if (value := getattr(metric, key)) != default}
    return str(Spec(name or type(metric).__name__, given))
