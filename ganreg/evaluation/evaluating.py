"""Judging a GAN: its samples and real ones handed to metrics as each declares that it wants them."""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ganreg.contract.datasets import Dataset
from ganreg.contract.metrics import Metric
from ganreg.data.arrays import Array, fingerprint
from ganreg.errors import DataError, did_you_mean
from ganreg.evaluation.cache import cached_values, key_of
from ganreg.evaluation.extractors import Features, Pixels, Source, default_extractor, extractor_of
from ganreg.evaluation.metric_runs import Judge, default_metrics
from ganreg.evaluation.real_features import RealFeatures, Side, View, default_samples
from ganreg.evaluation.scores import Score

if TYPE_CHECKING:
    from ganreg.gan import GAN

_ERROR = "_error"
_log = logging.getLogger("ganreg")


def evaluate(
    gan: GAN,
    metrics: Sequence[str | Metric] | None = None,
    *,
    features: str | None = None,
    samples: int | None = None,
    seed: int = 0,
) -> list[Score]:
    """Judges a GAN's samples against the real ones of its data set.

    Args:
        gan: assembled with a data set, or with arrays.
        metrics: spec texts, or metrics; those that suit the data unless given.
        features: an extractor's spec text, such as `"classifier"`, `"inception:weights=FILE"` or `"FILE.keras"`; a
            classifier for images with labels and the samples' own values for all else, unless given.
        samples: how many are generated; 10,000 unless given, or half as many as there are real ones.
        seed: which samples are generated, and which real ones they are compared with.

    Returns:
        Every value of every metric, in order.

    Raises:
        DataError: a metric does not fit the data, or the samples are too few for it.
        UnknownComponentError, SpecError: no metric or extractor of that name, or a wrong parameter of it.
        PluginError: a metric's own code failed.
    """
    return Evaluation(gan, metrics, features=features, samples=samples, seed=seed).scores(gan)


class Evaluation:
    """What `evaluate` prepares before it generates anything, to judge a GAN again and again as it is trained.

    Args:
        gan: whose data and labels count; it need not be the one that is judged.
        metrics: as for `evaluate`.
        features: as for `evaluate`.
        samples: as for `evaluate`.
        seed: as for `evaluate`.

    Attributes:
        samples: how many are generated each time.

    Raises:
        DataError, UnknownComponentError, SpecError, PluginError: as `evaluate`.
    """

    def __init__(
        self,
        gan: GAN,
        metrics: Sequence[str | Metric] | None = None,
        *,
        features: str | None = None,
        samples: int | None = None,
        seed: int = 0,
    ) -> None:
        origin = gan.assembly.source
        if origin is None:
            raise DataError(
                "there are no real samples to compare with, as the GAN was assembled without any; "
                "assemble it with a data set by name, or with a Data"
            )
        data = gan.load_data()
        self._source = Source(
            data=data,
            spec=gan.assembly.data,
            dataset=origin if isinstance(origin, Dataset) else None,
            fingerprint=fingerprint(data),
        )
        self.samples, self._seed = samples or default_samples(data), seed
        self._labelled = {"data": data.train_labels is not None, "generator": gan.assembly.generator.conditional}
        self._extractor = extractor_of(features or default_extractor(gan.assembly.data))
        self._real = RealFeatures(self._source, self.samples, seed)
        self._baselines: dict[int, dict[str, float]] = {}
        self._judges = self._suitable() if metrics is None else self._named(metrics)

    def _named(self, metrics: Sequence[str | Metric]) -> list[Judge]:
        judges = [Judge.of(given, self._source.dataset) for given in metrics]
        for judge in judges:
            judge.refuse_unlabelled(**self._labelled)
        for judge in judges:
            self._refuse_too_few(judge)
        return judges

    def _suitable(self) -> list[Judge]:
        """Judges by the metrics that suit the data, without those that need more samples or labels than there are."""
        judges = []
        known = [
            Judge.of(name, self._source.dataset) for name in default_metrics(self._source.spec, self._source.dataset)
        ]
        if any(judge.metric.looks_at != "samples" for judge in known):
            _ = self._features  # what the extractor refuses is no fault of any metric's
        for judge in known:
            try:
                judge.refuse_unlabelled(**self._labelled)
                self._refuse_too_few(judge)
            except DataError as error:
                _log.info("left out: %s", error)
            else:
                judges.append(judge)
        if not judges:
            raise DataError("no metric suits these data as they are; name one, from: ganreg list metric")
        return judges

    def _refuse_too_few(self, judge: Judge) -> None:
        features, view = self._reals_for(judge).features.shape[1], self._view(judge)
        judge.refuse_too_few(len(self._source.data.train), self.samples, features, view.description)

    def choose(self, wanted: str | None = None) -> tuple[str, str]:
        """The metric and the name of the score by which one of several GANs is the best.

        Args:
            wanted: a score's name, or the spec text of a metric, whose first score it is, as it is of a metric's name
                with underscores; the very first unless given.

        Raises:
            DataError: there is no such score.
        """
        known = [
            (judge.text, self._names(judge).get(name, name), name)
            for judge in self._judges
            for name in judge.metric.lower_is_better
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
        """Generates samples and judges them; the same samples from the same weights each time.

        Raises:
            DataError: the samples cannot be judged; those of a training that diverged are not finite.
            PluginError: a metric's own code failed.
        """
        generated = gan.generate(self.samples, seed=self._seed)
        labels = gan.draw_labels(self.samples, seed=self._seed)
        seen: dict[str, Array] = {}
        scores = []
        for judge in self._judges:
            view = self._view(judge)
            if view.key not in seen:
                seen[view.key] = view.of(generated)
            scores += self._scores_by(judge, Side(seen[view.key], labels), int(gan.iterations))
        return scores

    def _scores_by(self, judge: Judge, fake: Side, iteration: int) -> list[Score]:
        real, view = self._reals_for(judge), self._view(judge)
        held_out = self._real.side("held-out", view).features if self._holds_out(judge) else None
        values, baseline = judge.values(real, fake, held_out), self._baseline(judge)
        names = self._names(judge)
        return [
            Score(
                metric=judge.text,
                name=names.get(name, name),
                value=value,
                error=values.get(f"{name}{_ERROR}"),
                baseline=baseline.get(name),
                extractor=view.description,
                samples=self.samples,
                real_samples=len(real.features),
                lower_is_better=judge.metric.lower_is_better.get(name),
                iteration=iteration,
            )
            for name, value in values.items()
            if not name.endswith(_ERROR)
        ]

    def _names(self, judge: Judge) -> Mapping[str, str]:
        """What is published under another name than the metric's own for it."""
        return {} if judge.metric.looks_at == "samples" else judge.published(self._features.name)

    @functools.cached_property
    def _features(self) -> Features:
        """The extractor, ready when first needed: metrics that look at samples as they are need none."""
        return self._extractor.prepare(self._source)

    def _view(self, judge: Judge) -> View:
        looks_at = judge.metric.looks_at
        features = Pixels().prepare(self._source) if looks_at == "samples" else self._features
        of = features.classify if looks_at == "probabilities" else features.extract
        if of is None:
            raise DataError(
                f"metric '{judge.text}' looks at class probabilities, which features '{features.name}' do not have; "
                "take --features classifier, which learns the data's labels"
            )
        key = key_of(features.key, "probabilities" if looks_at == "probabilities" else "features")
        return View(description=features.description, key=key, of=of, quick=features.quick)

    def _holds_out(self, judge: Judge) -> bool:
        return judge.wants_held_out and self._real.reals.has_held_out

    def _reals_for(self, judge: Judge) -> Side:
        return self._real.side("train" if self._holds_out(judge) else "chosen", self._view(judge))

    def _baseline(self, judge: Judge) -> dict[str, float]:
        """The values between two real sets; none where there are too few samples for a second one."""
        if id(judge) not in self._baselines:
            make = functools.partial(self._make_baseline, judge)
            drawn = [self._source.fingerprint, self.samples, self._seed, self._view(judge).key]
            # "shuffled": baselines of held-out samples in the order of their file were kept without it.
            key = None if judge.identity is None else key_of("baseline", "shuffled", judge.identity, *drawn)
            self._baselines[id(judge)] = make() if key is None else cached_values(key, make)
        return self._baselines[id(judge)]

    def _make_baseline(self, judge: Judge) -> dict[str, float]:
        real, view = self._reals_for(judge), self._view(judge)
        try:
            if self._holds_out(judge):
                # Real samples stand for good ones here, and others for what was held out: all have to be unseen.
                # In the order of a file, either half might be of other classes than the other.
                unseen = np.random.default_rng(self._seed).permutation(self._real.side("held-out", view).features)
                half = min(self.samples, len(unseen) // 2)
                return judge.values(real, Side(unseen[:half]), unseen[half : 2 * half])
            if self._real.reals.has_others:
                return judge.values(real, self._real.side("others", view))
        except DataError:
            pass  # two real sets that cannot be compared leave no baseline, and need not stop the scores
        return {}
