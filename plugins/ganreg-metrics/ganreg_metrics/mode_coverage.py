"""Which modes of the data are found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import attrs
import numpy as np
from attrs import validators

from ganreg import DataError, Dataset, DataSpec, Metric, Modes, parameter
from ganreg_metrics.features import BLOCK, Array, blocks, checked


@attrs.frozen(kw_only=True)
class ModeCoverage(Metric):
    """Modes found, share of high quality and reverse KL, for data that knows its modes (arXiv:1712.04086, section 4.1).

    A sample is of high quality within 3 standard deviations of the nearest mode's mean, and then counts for that
    mode. A mode is found with one such sample. With q for the modes' shares of the samples of high quality::

        reverse KL = KL( q || uniform ) = Σ q_m log( M q_m ),    from 0, evenly, to log M, all in one mode

    It is log M too where no sample is of high quality. The paper draws 2,500 samples; in two dimensions a perfect
    generator has 98.89 % of high quality. Samples are judged as they are, in the data's own units, not by features.

    Of samples whose channels are images of a labelled data set, each combination of classes is a mode, and a sample
    counts for the one that a classifier finds likeliest. All samples count then, and none is of high quality or not.
    That is how the thousand modes of stacked images are counted (arXiv:1611.02163, section 3.3.1).

    Values: `modes`, `high_quality` (a share), `reverse_kl`, and `modes_error`, `high_quality_error`,
    `reverse_kl_error`.

    >>> modes = Modes(means=[[0.0], [10.0]], standard_deviation=1.0)
    >>> ModeCoverage().judge([[0.5], [-2.0], [10.0], [5.0]], modes)["modes"]
    2.0
    """

    looks_at: ClassVar[Literal["features", "samples", "probabilities"]] = "samples"
    lower_is_better: ClassVar[Mapping[str, bool]] = {"modes": False, "high_quality": False, "reverse_kl": True}

    deviations: float = parameter(3.0, "standard deviations from a mode that are high quality", validators.gt(0))
    bootstrap: int = parameter(200, "resamples for the errors", validators.ge(2))
    seed: int = parameter(0, "which resamples are drawn", validators.ge(0))

    def suits(self, data: DataSpec, dataset: Dataset | None) -> bool:
        """Whether the data set knows its modes, or is made of the classes of another one."""
        return dataset is not None and (dataset.modes() is not None or dataset.channel_data() is not None)

    def for_data(self, dataset: Dataset) -> Metric:
        """Returns this metric, knowing the data set's modes.

        Raises:
            DataError: the data set knows none.
        """
        modes = dataset.modes()
        if modes is not None:
            return _OfModes(**attrs.asdict(self), known=modes)
        if dataset.channel_data() is not None:
            return _OfClasses(**attrs.asdict(self), classes=dataset.spec().num_classes)
        raise DataError(
            f"mode-coverage: the data set {type(dataset).__name__} does not know its modes; "
            "'density-coverage' needs none"
        )

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Cannot be computed from samples alone.

        Raises:
            DataError: always; `for_data(dataset)` returns a metric that can.
        """
        raise DataError(
            "mode-coverage needs to know the data's modes; compute it by for_data(dataset), "
            "with a data set whose modes() are known, such as 'ring' or 'grid'"
        )

    def judge(self, samples: Any, modes: Modes) -> dict[str, float]:
        """Compares samples `[N, *shape]` with known modes.

        Raises:
            DataError: the samples are malformed, of another size than the modes, or fewer than them.
        """
        count = len(modes)
        points = checked(
            samples, "generated", metric="mode-coverage", minimum=max(2, count), why=f"there are {count} modes to find"
        )
        if points.shape[1] != modes.means.shape[1]:
            raise DataError(
                f"mode-coverage: samples have {points.shape[1]} values each and the modes {modes.means.shape[1]}; "
                "it judges the samples themselves, not features of them"
            )
        return self._judged(np.bincount(self._outcomes(points, modes), minlength=count + 1))

    def _judged(self, hits: Array) -> dict[str, float]:
        """The values, from counts `[M + 1]`, the last of misses."""
        again = np.random.default_rng(self.seed).multinomial(hits.sum(), hits / hits.sum(), size=self.bootstrap)
        values = _values(hits[None])[0]
        errors = _values(again).std(axis=0, ddof=1)
        names = ("modes", "high_quality", "reverse_kl")
        answer = dict(zip(names, values.tolist(), strict=True))
        return answer | {f"{name}_error": error for name, error in zip(names, errors.tolist(), strict=True)}

    def _outcomes(self, points: Array, modes: Modes) -> Array:
        """The mode that each sample counts for, or their number where it is not of high quality, `[N]`."""
        from scipy.spatial.distance import cdist

        outcomes = np.empty(len(points), dtype=np.intp)
        for rows in blocks(len(points), BLOCK):
            distances = cdist(points[rows].astype(np.float64), modes.means)
            near = distances.min(axis=1) <= self.deviations * modes.standard_deviation
            outcomes[rows] = np.where(near, distances.argmin(axis=1), len(modes))
        return outcomes


@attrs.frozen(kw_only=True)
class _OfModes(ModeCoverage):
    known: Modes = attrs.field()

    def minimum_samples(self, features: int) -> int:
        """One for each mode."""
        return max(2, len(self.known))

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Compares generated samples with the data set's modes; `real` is not used."""
        return self.judge(fake, self.known)


@attrs.frozen(kw_only=True)
class _OfClasses(ModeCoverage):
    looks_at: ClassVar[Literal["features", "samples", "probabilities"]] = "probabilities"

    classes: int = attrs.field()

    def minimum_samples(self, features: int) -> int:
        """One for each class."""
        return max(2, self.classes)

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Counts the classes of generated samples, from probabilities `[N, classes]`; `real` is not used.

        Raises:
            DataError: they are malformed, or fewer than the classes.
        """
        least, why = self.minimum_samples(self.classes), f"there are {self.classes} classes to find"
        answers = checked(fake, "generated", metric="mode-coverage", minimum=least, why=why)
        if answers.shape[1] != self.classes:
            raise DataError(
                f"mode-coverage: the classifier tells {answers.shape[1]} classes apart and the data has {self.classes}"
            )
        values = self._judged(np.bincount(answers.argmax(axis=1), minlength=self.classes + 1))
        return {name: value for name, value in values.items() if not name.startswith("high_quality")}


def _values(hits: Array) -> Array:
    """Modes found, share of high quality and reverse KL, `[R, 3]`, from counts `[R, M + 1]`, the last of misses."""
    from scipy.special import xlogy

    good, modes = hits[:, :-1].sum(axis=1), hits.shape[1] - 1
    shares = hits[:, :-1] / np.maximum(good, 1)[:, None]
    divergence = np.where(good > 0, xlogy(shares, modes * shares).sum(axis=1), np.log(modes))
    return np.stack([(hits[:, :-1] > 0).sum(axis=1), good / hits.sum(axis=1), divergence], axis=1)
