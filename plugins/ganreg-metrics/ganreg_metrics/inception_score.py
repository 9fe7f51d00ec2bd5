"""The inception score."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import ClassVar, Literal

import attrs
import numpy as np
from attrs import validators

from ganreg import DataError, Metric, parameter
from ganreg.lazy import lazy_module
from ganreg_metrics.features import BLOCK, Array, blocks, checked

special = lazy_module("scipy.special")


@attrs.frozen(kw_only=True)
class InceptionScore(Metric):
    """Confidence and diversity of a classifier's predictions for generated samples (arXiv:1606.03498, section 4).

    With p(y|x) for the predicted probabilities of the classes y and p(y) for their mean over the samples::

        IS = exp( mean_x KL( p(y|x) || p(y) ) )

    It lies between 1 and the number of classes; greater is better. The value is the mean over 10 equal parts of the
    samples, in their order. The generated features must be probabilities, `[N, classes]`, with a sum of 1 in each row;
    the real features are not used. The score is named after Inception with its 1000 classes, but any classifier can be
    used.

    Values: `inception_score`, `inception_score_error` (the standard deviation of the parts over √parts), and
    `inception_score_deviation`, the standard deviation of the parts, which papers report with the score.
    """

    looks_at: ClassVar[Literal["features", "samples", "probabilities"]] = "probabilities"
    lower_is_better: ClassVar[Mapping[str, bool]] = {"inception_score": False}

    splits: int = parameter(10, "parts of the samples that are scored separately", validators.ge(2))

    def minimum_samples(self, features: int) -> int:
        """Returns one sample for each class in each part."""
        return features * self.splits

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Scores class probabilities `[N, classes]`; `real` is not used.

        Raises:
            DataError: if `fake` does not hold probabilities, or a part has fewer samples than there are classes.
        """
        answers = checked(fake, "generated", metric="inception-score")
        _check_probabilities(answers)
        classes = answers.shape[1]
        why = f"{classes} in each of {self.splits} parts, one for each class; set splits= to use fewer parts"
        checked(fake, "generated", metric="inception-score", minimum=self.minimum_samples(classes), why=why)
        edges = [len(answers) * part // self.splits for part in range(self.splits + 1)]
        scores = np.array([_score(answers[start:stop]) for start, stop in itertools.pairwise(edges)])
        return {
            "inception_score": float(scores.mean()),
            "inception_score_error": float(scores.std(ddof=1) / self.splits**0.5),
            "inception_score_deviation": float(scores.std()),
        }


def _check_probabilities(answers: Array) -> None:
    sums = answers.sum(axis=1, dtype=np.float64)
    if answers.shape[1] < 2 or answers.min() < 0 or np.abs(sums - 1).max() > _ROUNDING:
        raise DataError(
            "inception-score: generated features must be class probabilities [N, classes], not negative and with a "
            f"sum of 1 in each row, got {answers.shape[1]} columns with a minimum of {answers.min():g} and sums from "
            f"{sums.min():g} to {sums.max():g}; use a classifier's softmax output, not its logits or hidden features"
        )


def _score(answers: Array) -> float:
    marginal = answers.mean(axis=0, dtype=np.float64)
    divergences = sum(
        special.rel_entr(answers[rows].astype(np.float64), marginal).sum() for rows in blocks(len(answers), BLOCK)
    )
    return float(np.exp(divergences / len(answers)))


_ROUNDING = 1e-3
"""Tolerance for the sum of a float16 or float32 softmax over a thousand classes."""
