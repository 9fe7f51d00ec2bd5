"""The classifier two-sample test."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, ClassVar

import attrs
import numpy as np
from attrs import validators

from ganreg import Dataset, DataSpec, Metric, parameter
from ganreg_metrics.features import Array, checked_pair
from ganreg_metrics.resampling import errors_of

CLASSIFIERS = ("network", "neighbours", "logistic")


@attrs.frozen(kw_only=True)
class TwoSample(Metric):
    """How well a classifier tells fakes from reals, on samples that it did not learn from (arXiv:1610.06545).

    As many fakes as reals are divided into folds; each fold is judged by a classifier that learnt from the others,
    on standardized features::

        accuracy = share of samples told rightly,    1/2 where they cannot be told, 1 where they always can

    The classifiers are the paper's: a network of one hidden layer with 20 rectified units, trained for 100 epochs,
    or the majority of the √n nearest of n samples; and a logistic regression, which sees differences of the means
    alone but is quick. The p-value is that of so great an accuracy by chance, from the paper's N(1/2, 1/(4n)) for n
    judged samples; that each of them also served to learn from makes it approximate.

    An accuracy well below 1/2 is no better than one above: fakes that copy reals lie where the classifier learnt of
    the reals, and are told wrongly. So the accuracy itself chooses no generator; its distance from 1/2 does.

    Values: `two_sample` (the accuracy), `two_sample_distance` (from 1/2), `p_value`, `two_sample_error`,
    `two_sample_distance_error`.
    """

    lower_is_better: ClassVar[Mapping[str, bool]] = {"two_sample_distance": True}

    classifier: str = parameter("network", "'network', 'neighbours' or 'logistic'", validators.in_(CLASSIFIERS))
    folds: int = parameter(5, "parts that are judged in turn", validators.ge(2), validators.le(50))
    samples: int = parameter(5_000, "of either side that are used at most, drawn at random", validators.ge(100))
    bootstrap: int = parameter(200, "resamples for the error", validators.ge(2))
    seed: int = parameter(0, "which samples, folds, weights and resamples are drawn", validators.ge(0))

    def suits(self, data: DataSpec, dataset: Dataset | None) -> bool:
        """Whether samples are points or rows of a table."""
        return len(data.shape) == 1 and data.size > 1

    def minimum_samples(self, features: int) -> int:
        """Two in each fold."""
        return 2 * self.folds

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Compares features `[N, F]`; one half is perfect.

        Raises:
            DataError: the features are malformed, or a fold has fewer than 2 samples of a side.
        """
        from scipy import stats
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.model_selection import StratifiedKFold, cross_val_predict

        reals, fakes = checked_pair(
            real, fake, metric="two-sample", minimum=self.minimum_samples(1), why=f"two in each of {self.folds} folds"
        )
        count = min(len(reals), len(fakes), self.samples)
        stream = np.random.default_rng(self.seed)
        chosen = [each[stream.choice(len(each), count, replace=False)] for each in (reals, fakes)]
        features = np.concatenate(chosen).astype(np.float64)
        truth = np.repeat([1, 0], count)
        seed = int(stream.integers(2**31))
        folds = StratifiedKFold(self.folds, shuffle=True, random_state=seed)
        with warnings.catch_warnings():
            # The paper's network trains for so many epochs, settled or not.
            warnings.simplefilter("ignore", ConvergenceWarning)
            told = cross_val_predict(self._classifier(2 * count, seed), features, truth, cv=folds)
        right = told == truth
        accuracy, distance = map(float, _accuracy_and_distance(right))
        errors = errors_of(_accuracy_and_distance, [right], self.bootstrap, self.seed)
        return {
            "two_sample": accuracy,
            "two_sample_distance": distance,
            "p_value": float(stats.norm.sf((accuracy - 0.5) * 2 * len(right) ** 0.5)),
            "two_sample_error": float(errors[0]),
            "two_sample_distance_error": float(errors[1]),
        }

    def _classifier(self, count: int, seed: int) -> Any:
        from sklearn.linear_model import LogisticRegression
        from sklearn.neighbors import KNeighborsClassifier
        from sklearn.neural_network import MLPClassifier
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        learnt = count - count // self.folds
        make = {
            "network": lambda: MLPClassifier((20,), max_iter=100, random_state=seed),
            "neighbours": lambda: KNeighborsClassifier(int(learnt**0.5)),
            "logistic": lambda: LogisticRegression(max_iter=300),
        }
        return make_pipeline(StandardScaler(), make[self.classifier]())


def _accuracy_and_distance(right: Array) -> Array:
    accuracy = right.mean()
    return np.array([accuracy, abs(accuracy - 0.5)])
