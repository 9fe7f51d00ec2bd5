"""Evaluating a GAN: its samples and real ones are handed to metrics as each of them declares."""

from __future__ import annotations

import functools
import logging
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ganreg.contract.datasets import Dataset
from ganreg.contract.extractors import Extractor, Source
from ganreg.contract.metrics import Metric
from ganreg.data.arrays import Array
from ganreg.data.column_comparison import ColumnComparison, compared
from ganreg.errors import DataError, GanregWarning, did_you_mean
from ganreg.evaluation.cache import cached_values, key_of
from ganreg.evaluation.columns import TableSource
from ganreg.evaluation.extractor_runs import ExtractorRun, Prepared, samples_view
from ganreg.evaluation.extractor_specs import KIND, default_extractor
from ganreg.evaluation.metric_runs import MetricRun, default_metrics
from ganreg.evaluation.pairs import PAIRED, Pairs, sources_of
from ganreg.evaluation.real_features import Part, RealFeatures, Side, View, default_samples
from ganreg.evaluation.scores import Score
from ganreg.plugins.registry import registry

if TYPE_CHECKING:
    from ganreg.gan import GAN

_ERROR = "_error"
_log = logging.getLogger("ganreg")


def evaluate(
    gan: GAN,
    metrics: Sequence[str | Metric] | None = None,
    *,
    features: str | Extractor | None = None,
    samples: int | None = None,
    seed: int = 0,
) -> list[Score]:
    """Compares samples of a GAN with the real samples of its dataset.

    Args:
        gan: assembled with a dataset, or with arrays.
        metrics: metrics, or their spec texts. Defaults to those that suit the data.
        features: the feature extractor, or its spec text, such as `"classifier"`, `"inception:weights=FILE"` or
            `"FILE.keras"`. Defaults to the one that suits the data best.
        samples: the number of samples to generate. Defaults to half the number of real samples, at most 10,000, and at
            most one translation of each source.
        seed: determines which samples are generated, and which real samples they are compared with.

    Returns:
        Every value of every metric, in order.

    Raises:
        DataError: a metric cannot be used with the data, or there are too few samples for it.
        UnknownComponentError, SpecError: there is no such metric or extractor, or a parameter of it is wrong.
        PluginError: the code of a metric or extractor failed.
    """
    return Evaluation(gan, metrics, features=features, samples=samples, seed=seed).scores(gan)


class Evaluation:
    """What `evaluate` prepares before anything is generated, to evaluate a GAN repeatedly during its training.

    Args:
        gan: its data and labels are used; it need not be the one that is evaluated.
        metrics: as for `evaluate`.
        features: as for `evaluate`.
        samples: as for `evaluate`.
        seed: as for `evaluate`.
        held_out: whether samples are compared with at most as many held-out samples, if there are any, instead of
            training samples. Defaults to `False`.

    Attributes:
        samples: the number of samples that are generated each time.

    Raises:
        DataError, UnknownComponentError, SpecError, PluginError: as `evaluate`.
    """

    def __init__(
        self,
        gan: GAN,
        metrics: Sequence[str | Metric] | None = None,
        *,
        features: str | Extractor | None = None,
        samples: int | None = None,
        seed: int = 0,
        held_out: bool = False,
    ) -> None:
        origin = gan.assembly.source
        if origin is None:
            raise DataError(
                "there are no real samples to compare with, as the GAN was assembled without data; "
                "assemble it with a dataset by name, or with a Data"
            )
        data = gan.load_data()
        dataset = origin if isinstance(origin, Dataset) else None
        self._source = Source.of(data, dataset, spec=gan.assembly.data)
        self.samples, self._seed = samples or default_samples(data), seed
        if samples is None and gan.assembly.translates:
            self.samples = min(self.samples, sources_of(gan))
        self._pairs = Pairs(gan, self.samples, seed)
        maker = gan.assembly.part_of(gan.assembly.game.makes).implementation
        self._labelled = {"data": data.train_labels is not None, "generator": maker.conditional}
        chosen = features or default_extractor(gan.assembly.data, dataset)
        self._extractor = None if chosen is None else ExtractorRun.of(chosen)
        self._real = RealFeatures(self._source, self.samples, seed)
        self._unseen = held_out and self._real.real_samples.has_held_out
        self._table = TableSource(self._source, labelled=all(self._labelled.values()))
        self._baselines: dict[MetricRun, dict[str, float]] = {}
        self._metrics = self._suitable() if metrics is None else self._named(metrics)

    def _named(self, metrics: Sequence[str | Metric]) -> list[MetricRun]:
        runs = [self._with_what_it_needs(MetricRun.of(given, self._source.dataset)) for given in metrics]
        for run in runs:
            self._refuse_too_few(run)
        return runs

    def _suitable(self) -> list[MetricRun]:
        """Returns the metrics that suit the data and for which there are enough samples and labels."""
        known = [
            MetricRun.of(name, self._source.dataset)
            for name in default_metrics(self._source.spec, self._source.dataset)
        ]
        if any(run.needs_extractor for run in known):
            known = self._without_extractor(known) if self._extractor is None else known
        if any(run.needs_extractor for run in known):
            _ = self._prepared  # an error of the extractor is not the fault of any metric
        suitable: list[MetricRun] = []
        for run in known:
            if run.metric.stands_in and suitable:
                continue
            try:
                ready = self._with_what_it_needs(run)
                self._refuse_too_few(ready)
            except DataError as error:
                _log.info("left out: %s", error)
            else:
                suitable.append(ready)
        if not suitable:
            raise DataError("no metric suits this data as it is; name one from: ganreg list metric")
        return suitable

    def _without_extractor(self, known: Sequence[MetricRun]) -> list[MetricRun]:
        """Returns the metrics that look at samples; warns of the others."""
        left_out = ", ".join(f"'{run.text}'" for run in known if run.needs_extractor)
        remaining = [run for run in known if not run.needs_extractor]
        if not remaining:
            raise DataError(f"the metrics that suit this data, {left_out}, compare features; {_no_extractor()}")
        message = f"metrics that compare features are left out ({left_out}); {_no_extractor()}"
        warnings.warn(message, GanregWarning, stacklevel=2)
        return remaining

    def _with_what_it_needs(self, run: MetricRun) -> MetricRun:
        """Raises `DataError` if a metric needs labels, pairs, columns or held-out samples that there are none of."""
        run.refuse_unlabelled(**self._labelled)
        if run.metric.needs_pairs:
            self._pairs.refuse(run)
            return run
        run.refuse_without_held_out(held_out=self._real.real_samples.has_held_out)
        return run.for_columns(self._table.columns) if run.metric.looks_at == "columns" else run

    def _refuse_too_few(self, run: MetricRun) -> None:
        if run.metric.needs_pairs:
            return
        side, view = self._real_side(run).features, self._view(run)
        real = len(side) if self._unseen else len(self._source.data.train)
        run.refuse_too_few(real, self.samples, side.shape[1], view.description)

    def choose(self, wanted: str | None = None) -> tuple[str, str]:
        """Returns the metric and the name of the score that decide which of several GANs is the best.

        Args:
            wanted: the name of a score; or the spec text of a metric, or its name with underscores, for its first
                score. Defaults to the very first score.

        Raises:
            DataError: there is no such score.
        """
        known = [
            (run.text, self._names(run).get(name, name), name)
            for run in self._metrics
            for name in run.metric.lower_is_better
        ]
        for metric, name, own in known:
            if wanted is None or wanted in (metric, name, own, f"{metric}/{name}"):
                return metric, name
        for metric, name, _ in known:
            if wanted == metric.partition(":")[0].rpartition("/")[2].replace("-", "_"):
                return metric, name
        names = [name for _, name, _ in known]
        asked = "" if wanted is None else f" '{wanted}'"
        raise DataError(f"there is no score{asked} to choose the best by; {did_you_mean(wanted or '', names)}")

    def scores(self, gan: GAN) -> list[Score]:
        """Generates samples and evaluates them; the same weights give the same samples each time.

        Raises:
            DataError: the samples cannot be evaluated, for example because they are not finite.
            PluginError: the code of a metric or extractor failed.
        """
        generated = gan.generate(self.samples, seed=self._seed)
        labels = gan.draw_labels(self.samples, seed=self._seed)
        seen: dict[str, Array] = {}
        scores = []
        for run in self._metrics:
            if run.metric.needs_pairs:
                values, real = self._pairs.values(run, generated), self._pairs.count
            else:
                view = self._view(run)
                if view.key not in seen:
                    seen[view.key] = view.of(generated, labels)
                values, real = self._compared(run, Side(seen[view.key], labels))
            scores += self._scores_of(run, values, real, gan.players.done)
        return scores

    def columns(self, gan: GAN) -> ColumnComparison | None:
        """Compares the columns of a table one by one, for the report of a run; with the samples of `scores`.

        Returns:
            The comparison, or `None` if the samples are not a table. Scores are those of the first metric that has any.

        Raises:
            DataError, PluginError: as for `scores`.
        """
        if not self._table.columns:
            return None
        view, labels = self._table.view, gan.draw_labels(self.samples, seed=self._seed)
        real = self._real.side("chosen", view).features
        generated = view.of(gan.generate(self.samples, seed=self._seed), labels)
        found = next((made for run in self._metrics if (made := run.scores_by_column(real, generated))), None)
        scores = None if found is None else (found.columns, found.pairs)
        return compared(self._table.columns, real, generated, scores)

    def _compared(self, run: MetricRun, generated: Side) -> tuple[dict[str, float], int]:
        """Returns the values of a metric, and the number of real samples that it compared samples with."""
        real = self._real_side(run)
        held_out = self._real.side("held-out", self._view(run)).features if self._uses_held_out(run) else None
        return run.values(real, generated, held_out), len(real.features)

    def _scores_of(self, run: MetricRun, values: Mapping[str, float], real: int, iteration: int) -> list[Score]:
        baseline, names, pairs = self._baseline(run), self._names(run), run.metric.needs_pairs
        return [
            Score(
                metric=run.text,
                name=names.get(name, name),
                value=value,
                error=values.get(f"{name}{_ERROR}"),
                baseline=baseline.get(name),
                extractor=PAIRED if pairs else self._view(run).description,
                samples=self._pairs.count if pairs else self.samples,
                real_samples=real,
                lower_is_better=run.metric.lower_is_better.get(name),
                iteration=iteration,
                baseline_of="sources" if pairs else "real samples",
            )
            for name, value in values.items()
            if not name.endswith(_ERROR)
        ]

    def _names(self, run: MetricRun) -> Mapping[str, str]:
        """Returns the published names of values that have one with these features."""
        if not run.needs_extractor or self._extractor is None:
            return {}
        return run.published(self._extractor.name)

    @functools.cached_property
    def _prepared(self) -> Prepared:
        """The extractor, prepared on first use, as metrics that look at samples do not need it."""
        if self._extractor is None:
            raise DataError(_no_extractor())
        return self._extractor.prepare(self._source)

    def _view(self, run: MetricRun) -> View:
        if not run.needs_extractor:
            return self._table.view if run.metric.looks_at == "columns" else samples_view(self._source.spec)
        if self._extractor is None:
            raise DataError(f"metric '{run.text}' compares features; {_no_extractor()}")
        return self._prepared.view(probabilities=run.metric.looks_at == "probabilities", metric=run.text)

    def _uses_held_out(self, run: MetricRun) -> bool:
        return run.wants_held_out and self._real.real_samples.has_held_out

    def _real_side(self, run: MetricRun) -> Side:
        part: Part = "train" if self._uses_held_out(run) else "unseen" if self._unseen else "chosen"
        return self._real.side(part, self._view(run))

    def _baseline(self, run: MetricRun) -> dict[str, float]:
        """Returns the values for two sets of real samples, or for sources as translations; empty if there are none."""
        if run not in self._baselines:
            make = functools.partial(self._make_baseline, run)
            key = self._baseline_key(run)
            self._baselines[run] = make() if key is None else cached_values(key, make)
        return self._baselines[run]

    def _baseline_key(self, run: MetricRun) -> str | None:
        """Returns a key of all that a baseline depends on; `None` if code that no plugin offers takes part."""
        if run.metric.needs_pairs and run.identity is not None:
            facts = (self._source.fingerprint, repr(self._source.spec), self._pairs.count, self._seed)
            return key_of("baseline of sources", run.identity, *facts)
        view = self._view(run)
        own = run.needs_extractor and self._extractor is not None and self._extractor.identity is None
        if run.identity is None or own:
            return None
        # "shuffled": earlier versions kept baselines of held-out samples in the order of their file without it.
        what = ("baseline", "shuffled", *(["unseen"] if self._unseen else []))
        return key_of(*what, run.identity, self._source.fingerprint, self.samples, self._seed, view.key)

    def _make_baseline(self, run: MetricRun) -> dict[str, float]:
        try:
            if run.metric.needs_pairs:
                return self._pairs.baseline(run)
            return self._between_real(run)
        except DataError:
            return {}  # samples that cannot be compared leave no baseline, and need not prevent the scores

    def _between_real(self, run: MetricRun) -> dict[str, float]:
        real, view = self._real_side(run), self._view(run)
        if self._uses_held_out(run) and run.metric.trains_on_generated:
            return run.values(real, self._real.side("chosen", view), self._real.side("held-out", view).features)
        if self._uses_held_out(run):
            # One half of the held-out samples stands for generated samples and the other for held-out ones, because
            # both have to be unseen. In the order of a file, the halves might contain different classes.
            unseen = np.random.default_rng(self._seed).permutation(self._real.side("held-out", view).features)
            half = min(self.samples, len(unseen) // 2)
            return run.values(real, Side(unseen[:half]), unseen[half : 2 * half])
        if self._unseen:
            return run.values(real, self._real.side("chosen", view))
        if self._real.real_samples.has_others:
            return run.values(real, self._real.side("others", view))
        return {}


def _no_extractor() -> str:
    if registry().entries(KIND):
        return "no installed extractor suits this data; name one with --features"
    return registry().why_without(KIND)
