"""Classification accuracy scores."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, ClassVar

import attrs
import numpy as np
from attrs import validators

from ganreg import DataError, Dataset, DataSpec, Metric, parameter
from ganreg_metrics.features import Array, checked_pair
from ganreg_metrics.resampling import error_of_mean


@attrs.frozen(kw_only=True)
class ClassifierAccuracy(Metric):
    """What a classifier that learns from fakes knows about reals, and the reverse (arXiv:1905.10887, section 3).

    A logistic regression on standardized features learns the labels of one side and is tested on the other::

        classifier_accuracy = share of reals whose label it tells, having learnt from fakes
        reverse_accuracy    = share of fakes whose label it tells, having learnt from reals

    The first (GAN-train in arXiv:1807.09499) falls when fakes are poor or lack variety, the second (GAN-test) when
    they are poor or carry wrong labels, and not when they lack variety. Compare both with what two halves of the
    real data give. The errors are those of a share, with the classifier as it is.

    Values: `classifier_accuracy`, `reverse_accuracy`, `classifier_accuracy_error`, `reverse_accuracy_error`.
    """

    needs_labels: ClassVar[bool] = True
    lower_is_better: ClassVar[Mapping[str, bool]] = {"classifier_accuracy": False, "reverse_accuracy": False}

    samples: int = parameter(10_000, "of either side that are used at most, drawn at random", validators.ge(2))
    penalty: float = parameter(1.0, "weight of the squared coefficients beside the loss", validators.gt(0))
    bootstrap: int = parameter(200, "resamples for the errors", validators.ge(2))
    seed: int = parameter(0, "which samples and resamples are drawn", validators.ge(0))

    def suits(self, data: DataSpec, dataset: Dataset | None) -> bool:
        """Whether samples are points or rows of a table, with labels."""
        return len(data.shape) == 1 and data.num_classes is not None

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Cannot be computed without labels.

        Raises:
            DataError: always; `compute_with_labels` can.
        """
        raise DataError(
            "classifier-accuracy needs labels of the real and of the generated samples; take a data set that has "
            "labels and a conditional generator, or 'two-sample' without labels"
        )

    def compute_with_labels(self, real: Array, fake: Array, real_labels: Array, fake_labels: Array) -> dict[str, float]:
        """Compares features `[N, F]` with labels `[N]`.

        Raises:
            DataError: features or labels are malformed, or a side has labels of one class only.
        """
        reals, fakes = checked_pair(real, fake, metric="classifier-accuracy", minimum=2)
        sides = [
            self._some(reals, _labels(real_labels, len(reals), "real")),
            self._some(fakes, _labels(fake_labels, len(fakes), "generated")),
        ]
        right = self._learn(*sides[1], "generated").predict(sides[0][0]) == sides[0][1]
        reverse = self._learn(*sides[0], "real").predict(sides[1][0]) == sides[1][1]
        return {
            "classifier_accuracy": float(right.mean()),
            "reverse_accuracy": float(reverse.mean()),
            "classifier_accuracy_error": error_of_mean(right, self.bootstrap, self.seed),
            "reverse_accuracy_error": error_of_mean(reverse, self.bootstrap, self.seed),
        }

    def _some(self, features: Array, labels: Array) -> tuple[Array, Array]:
        if len(features) > self.samples:
            chosen = np.random.default_rng(self.seed).choice(len(features), self.samples, replace=False)
            features, labels = features[chosen], labels[chosen]
        return features.astype(np.float64), labels

    def _learn(self, features: Array, labels: Array, whose: str) -> Any:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        if len(np.unique(labels)) < 2:
            raise DataError(
                f"classifier-accuracy: all {whose} samples have the label {labels[0]}; it needs two classes"
            )
        classifier = make_pipeline(StandardScaler(), LogisticRegression(C=1 / self.penalty, max_iter=_ITERATIONS))
        with warnings.catch_warnings():
            # Classes that separate perfectly let it go on for ever, with the same answers.
            warnings.simplefilter("ignore", ConvergenceWarning)
            return classifier.fit(features, labels)


def _labels(labels: Any, count: int, whose: str) -> Array:
    array = np.asarray(labels)
    if array.shape != (count,) or array.dtype.kind not in "iu":
        raise DataError(
            f"classifier-accuracy: {whose} labels must be {count} integers, one a sample, "
            f"got {array.dtype} of shape {array.shape}"
        )
    return array


_ITERATIONS = 300
"""Enough for features that are standardized."""
