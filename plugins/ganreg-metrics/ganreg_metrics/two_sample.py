"""The classifier two-sample test."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, ClassVar

import attrs
import numpy as np
from attrs import validators

from ganreg import Dataset, DataSpec, Metric, parameter
from ganreg.lazy import lazy_module
from ganreg_metrics.features import Array, checked_pair
from ganreg_metrics.resampling import errors_of

exceptions = lazy_module("sklearn.exceptions")
linear_model = lazy_module("sklearn.linear_model")
model_selection = lazy_module("sklearn.model_selection")
neighbors = lazy_module("sklearn.neighbors")
neural_network = lazy_module("sklearn.neural_network")
pipeline = lazy_module("sklearn.pipeline")
preprocessing = lazy_module("sklearn.preprocessing")
stats = lazy_module("scipy.stats")

CLASSIFIERS = ("network", "neighbours", "logistic")


@attrs.frozen(kw_only=True)
class TwoSample(Metric):
    """Accuracy of a classifier that distinguishes real from generated samples, on held-out samples (arXiv:1610.06545).

    Equal numbers of real and generated samples are divided into folds. A classifier trained on the standardised
    features of the other folds classifies each fold::

        accuracy = share of correct classifications,    from 1/2 (indistinguishable) to 1 (always distinguishable)

    Two classifiers are the paper's: a network with one hidden layer of 20 ReLU units, trained for 100 epochs, and the
    majority of the √n nearest neighbours among n samples. The third, logistic regression, is fast but detects only
    differences of the means. The p-value is the probability of at least this accuracy by chance, from the paper's
    N(1/2, 1/(4n)) for n samples; it is approximate, because each sample is also used for training.

    An accuracy well below 1/2 is not better than one above it: generated copies of real samples lie where the
    classifier was trained on real samples, and are misclassified. Therefore generators are not ranked by the accuracy
    but by its distance from 1/2.

    Values: `two_sample` (the accuracy), `two_sample_distance` (from 1/2), `p_value`, `two_sample_error`,
    `two_sample_distance_error`.
    """

    lower_is_better: ClassVar[Mapping[str, bool]] = {"two_sample_distance": True}

    classifier: str = parameter("network", "'network', 'neighbours' or 'logistic'", validators.in_(CLASSIFIERS))
    folds: int = parameter(5, "number of folds", validators.ge(2), validators.le(50))
    samples: int = parameter(
        5_000, "maximum number of real and of generated samples, drawn at random", validators.ge(100)
    )
    bootstrap: int = parameter(200, "resamples for the error", validators.ge(2))
    seed: int = parameter(0, "random seed of samples, folds, weights and resamples", validators.ge(0))

    def suits(self, data: DataSpec, dataset: Dataset | None) -> bool:
        """Whether samples are points or rows of a table."""
        return len(data.shape) == 1 and data.size > 1

    def minimum_samples(self, features: int) -> int:
        """Returns two samples in each fold."""
        return 2 * self.folds

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Compares features `[N, F]`; an accuracy of 1/2 is perfect.

        Raises:
            DataError: if the features are malformed, or a fold has fewer than 2 real or generated samples.
        """
        reals, fakes = checked_pair(
            real, fake, metric="two-sample", minimum=self.minimum_samples(1), why=f"two in each of {self.folds} folds"
        )
        count = min(len(reals), len(fakes), self.samples)
        stream = np.random.default_rng(self.seed)
        chosen = [each[stream.choice(len(each), count, replace=False)] for each in (reals, fakes)]
        features = np.concatenate(chosen).astype(np.float64)
        truth = np.repeat([1, 0], count)
        seed = int(stream.integers(2**31))
        folds = model_selection.StratifiedKFold(self.folds, shuffle=True, random_state=seed)
        with warnings.catch_warnings():
            # The paper's network trains for a fixed number of epochs, converged or not.
            warnings.simplefilter("ignore", exceptions.ConvergenceWarning)
            classifier = self._classifier(2 * count, seed)
            predicted = model_selection.cross_val_predict(classifier, features, truth, cv=folds)
        right = predicted == truth
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
        learnt = count - count // self.folds
        make = {
            "network": lambda: neural_network.MLPClassifier((20,), max_iter=100, random_state=seed),
            "neighbours": lambda: neighbors.KNeighborsClassifier(int(learnt**0.5)),
            "logistic": lambda: linear_model.LogisticRegression(max_iter=300),
        }
        return pipeline.make_pipeline(preprocessing.StandardScaler(), make[self.classifier]())


def _accuracy_and_distance(right: Array) -> Array:
    accuracy = right.mean()
    return np.array([accuracy, abs(accuracy - 0.5)])
