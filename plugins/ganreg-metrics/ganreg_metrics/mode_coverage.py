"""Mode coverage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import attrs
import numpy as np
from attrs import validators

from ganreg import DataError, Dataset, DataSpec, Metric, Modes, parameter
from ganreg.lazy import lazy_module
from ganreg_metrics.features import BLOCK, Array, blocks, checked

distance = lazy_module("scipy.spatial.distance")
special = lazy_module("scipy.special")


@attrs.frozen(kw_only=True)
class ModeCoverage(Metric):
    """Modes found, share of high-quality samples and reverse KL for known modes (arXiv:1712.04086, section 4.1).

    A sample has high quality if it lies within 3 standard deviations of the nearest mode's mean; it then counts for
    that mode. A mode is found if it has such a sample. With q for the modes' shares of the high-quality samples::

        reverse KL = KL( q || uniform ) = Σ q_m log( M q_m ),    from 0 (uniform) to log M (a single mode)

    It is also log M if no sample has high quality. The paper draws 2,500 samples; in two dimensions a perfect generator
    has 98.89 % high-quality samples. The metric evaluates the samples themselves, in the data's own units, not
    features.

    If the channels of the samples are images of a labelled dataset, each combination of classes is a mode, and a sample
    counts for the combination that a classifier finds most likely. All samples count in this case, and there is no
    `high_quality`. This is how the thousand modes of stacked images are counted (arXiv:1611.02163, section 3.3.1).

    Values: `modes`, `high_quality` (a share), `reverse_kl`, and `modes_error`, `high_quality_error`,
    `reverse_kl_error`.

    >>> modes = Modes(means=[[0.0], [10.0]], standard_deviation=1.0)
    >>> ModeCoverage().evaluate([[0.5], [-2.0], [10.0], [5.0]], modes)["modes"]
    2.0
    """

    looks_at: ClassVar[Literal["features", "samples", "probabilities"]] = "samples"
    lower_is_better: ClassVar[Mapping[str, bool]] = {"modes": False, "high_quality": False, "reverse_kl": True}

    deviations: float = parameter(3.0, "radius of high quality in standard deviations", validators.gt(0))
    bootstrap: int = parameter(200, "resamples for the errors", validators.ge(2))
    seed: int = parameter(0, "random seed of the resamples", validators.ge(0))

    def suits(self, data: DataSpec, dataset: Dataset | None) -> bool:
        """Whether the dataset knows its modes, or its channels are images of a labelled dataset."""
        return dataset is not None and (dataset.modes() is not None or dataset.channel_data() is not None)

    def for_data(self, dataset: Dataset) -> Metric:
        """Returns this metric for the dataset's modes.

        Raises:
            DataError: if the dataset does not know its modes.
        """
        modes = dataset.modes()
        if modes is not None:
            return _OfModes(**attrs.asdict(self), known=modes)
        classes = None if dataset.channel_data() is None else dataset.spec().num_classes
        if classes is not None:
            return _OfClasses(**attrs.asdict(self), classes=classes)
        raise DataError(
            f"mode-coverage: the dataset {type(dataset).__name__} does not know its modes; "
            "use 'density-coverage', which needs none"
        )

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Refuses to compute without modes; see `for_data`.

        Raises:
            DataError: always.
        """
        raise DataError(
            "mode-coverage needs to know the modes of the data; call for_data(dataset) "
            "with a dataset that knows its modes, such as 'ring' or 'grid'"
        )

    def evaluate(self, samples: Any, modes: Modes) -> dict[str, float]:
        """Compares samples `[N, *shape]` with known modes.

        Raises:
            DataError: if the samples are malformed, have another size than the modes, or are fewer than the modes.
        """
        count = len(modes)
        points = checked(
            samples, "generated", metric="mode-coverage", minimum=max(2, count), why=f"one for each of {count} modes"
        )
        if points.shape[1] != modes.means.shape[1]:
            raise DataError(
                f"mode-coverage: samples have {points.shape[1]} values, but the modes have {modes.means.shape[1]}; "
                "it evaluates the samples themselves, not features of them"
            )
        return self._values_of(np.bincount(self._outcomes(points, modes), minlength=count + 1))

    def _values_of(self, hits: Array) -> dict[str, float]:
        """Returns the values for counts `[M + 1]`, the last of which counts misses."""
        again = np.random.default_rng(self.seed).multinomial(hits.sum(), hits / hits.sum(), size=self.bootstrap)
        values = _values(hits[None])[0]
        errors = _values(again).std(axis=0, ddof=1)
        names = ("modes", "high_quality", "reverse_kl")
        answer = dict(zip(names, values.tolist(), strict=True))
        return answer | {f"{name}_error": error for name, error in zip(names, errors.tolist(), strict=True)}

    def _outcomes(self, points: Array, modes: Modes) -> Array:
        """Returns the mode that each sample counts for, or M for samples without high quality, `[N]`."""
        outcomes = np.empty(len(points), dtype=np.intp)
        for rows in blocks(len(points), BLOCK):
            distances = distance.cdist(points[rows].astype(np.float64), modes.means)
            near = distances.min(axis=1) <= self.deviations * modes.standard_deviation
            outcomes[rows] = np.where(near, distances.argmin(axis=1), len(modes))
        return outcomes


@attrs.frozen(kw_only=True)
class _OfModes(ModeCoverage):
    known: Modes = attrs.field()

    def minimum_samples(self, features: int) -> int:
        """Returns one sample for each mode."""
        return max(2, len(self.known))

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Compares generated samples with the dataset's modes; `real` is not used."""
        return self.evaluate(fake, self.known)


@attrs.frozen(kw_only=True)
class _OfClasses(ModeCoverage):
    looks_at: ClassVar[Literal["features", "samples", "probabilities"]] = "probabilities"

    classes: int = attrs.field()

    def minimum_samples(self, features: int) -> int:
        """Returns one sample for each class."""
        return max(2, self.classes)

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Counts the classes of generated samples from probabilities `[N, classes]`; `real` is not used.

        Raises:
            DataError: if the probabilities are malformed, or there are fewer samples than classes.
        """
        least, why = self.minimum_samples(self.classes), f"one for each of {self.classes} classes"
        answers = checked(fake, "generated", metric="mode-coverage", minimum=least, why=why)
        if answers.shape[1] != self.classes:
            raise DataError(
                f"mode-coverage: the classifier has {answers.shape[1]} classes, but the data has {self.classes}"
            )
        values = self._values_of(np.bincount(answers.argmax(axis=1), minlength=self.classes + 1))
        return {name: value for name, value in values.items() if not name.startswith("high_quality")}


def _values(hits: Array) -> Array:
    """Returns modes found, high-quality share and reverse KL, `[R, 3]`, for counts `[R, M + 1]`, the last of misses."""
    good, modes = hits[:, :-1].sum(axis=1), hits.shape[1] - 1
    shares = hits[:, :-1] / np.maximum(good, 1)[:, None]
    divergence = np.where(good > 0, special.xlogy(shares, modes * shares).sum(axis=1), np.log(modes))
    return np.stack([(hits[:, :-1] > 0).sum(axis=1), good / hits.sum(axis=1), divergence], axis=1)
