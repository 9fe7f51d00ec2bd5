"""Classification accuracy scores."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, ClassVar

import attrs
import numpy as np
from attrs import validators

from ganreg import DataError, Dataset, DataSpec, Metric, parameter
from ganreg.lazy import lazy_module
from ganreg_metrics.features import Array, checked_pair
from ganreg_metrics.resampling import error_of_mean

exceptions = lazy_module("sklearn.exceptions")
linear_model = lazy_module("sklearn.linear_model")
pipeline = lazy_module("sklearn.pipeline")
preprocessing = lazy_module("sklearn.preprocessing")


@attrs.frozen(kw_only=True)
class ClassifierAccuracy(Metric):
    """Accuracy of classifiers trained on generated and tested on real samples, and the reverse (arXiv:1905.10887).

    A logistic regression on standardised features is trained on labelled samples of one kind and tested on the other::

        classifier_accuracy = accuracy on real samples after training on generated samples
        reverse_accuracy    = accuracy on generated samples after training on real samples

    The first value (GAN-train in arXiv:1807.09499) falls if generated samples have low quality or lack diversity. The
    second (GAN-test) falls if they have low quality or wrong labels, but not if they lack diversity. Compare both with
    the values for two halves of the real data. The errors are those of a share for the trained classifier.

    Values: `classifier_accuracy`, `reverse_accuracy`, `classifier_accuracy_error`, `reverse_accuracy_error`.
    """

    needs_labels: ClassVar[bool] = True
    lower_is_better: ClassVar[Mapping[str, bool]] = {"classifier_accuracy": False, "reverse_accuracy": False}

    samples: int = parameter(
        10_000, "maximum number of real and of generated samples, drawn at random", validators.ge(2)
    )
    penalty: float = parameter(1.0, "strength of the L2 regularisation", validators.gt(0))
    bootstrap: int = parameter(200, "resamples for the errors", validators.ge(2))
    seed: int = parameter(0, "random seed of samples and resamples", validators.ge(0))

    def suits(self, data: DataSpec, dataset: Dataset | None) -> bool:
        """Whether samples are labelled points; for the rows of a table, there is `train-on-synthetic`."""
        return len(data.shape) == 1 and data.num_classes is not None and not data.blocks

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Refuses to compute without labels; see `compute_with_labels`.

        Raises:
            DataError: always.
        """
        raise DataError(
            "classifier-accuracy needs labels of the real and generated samples; use a dataset with labels and a "
            "conditional generator, or 'two-sample', which needs no labels"
        )

    def compute_with_labels(self, real: Array, fake: Array, real_labels: Array, fake_labels: Array) -> dict[str, float]:
        """Compares features `[N, F]` with labels `[N]`.

        Raises:
            DataError: if features or labels are malformed, or real or generated samples have a single class.
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
        if len(np.unique(labels)) < 2:
            raise DataError(
                f"classifier-accuracy: all {whose} samples have the label {labels[0]}; at least two classes are needed"
            )
        regression = linear_model.LogisticRegression(C=1 / self.penalty, max_iter=_ITERATIONS)
        classifier = pipeline.make_pipeline(preprocessing.StandardScaler(), regression)
        with warnings.catch_warnings():
            # On perfectly separable classes it never converges, although the predictions no longer change.
            warnings.simplefilter("ignore", exceptions.ConvergenceWarning)
            return classifier.fit(features, labels)


def _labels(labels: Any, count: int, whose: str) -> Array:
    array = np.asarray(labels)
    if array.shape != (count,) or array.dtype.kind not in "iu":
        raise DataError(
            f"classifier-accuracy: {whose} labels must be {count} integers, one for each sample, "
            f"got {array.dtype} of shape {array.shape}"
        )
    return array


_ITERATIONS = 300
"""Enough iterations for standardised features."""
