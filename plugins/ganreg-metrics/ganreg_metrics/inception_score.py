"""The inception score."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import ClassVar, Literal

import attrs
import numpy as np
from attrs import validators

from ganreg import DataError, Metric, parameter
from ganreg_metrics.features import Array, blocks, checked


@attrs.frozen(kw_only=True)
class InceptionScore(Metric):
    """How sure a classifier is of each fake, and how varied its answers are (arXiv:1606.03498, section 4).

    With p(y|x) for the classifier's probabilities of the classes y, and p(y) for their mean over the samples::

        IS = exp( mean_x KL( p(y|x) || p(y) ) )

    between 1 and the number of classes, greater is better. It is the mean over 10 equal parts of the samples, in
    their order. The generated features must be probabilities, `[N, classes]`, each row with the sum 1; the real
    ones are not looked at. Named for Inception's 1000 classes, it takes any classifier's.

    Values: `inception_score`, `inception_score_error` (the parts' deviation over √parts), and
    `inception_score_deviation`, the deviation among the parts, which papers print beside the score.
    """

    looks_at: ClassVar[Literal["features", "samples", "probabilities"]] = "probabilities"
    lower_is_better: ClassVar[Mapping[str, bool]] = {"inception_score": False}

    splits: int = parameter(10, "parts that the samples are scored in", validators.ge(2))

    def minimum_samples(self, features: int) -> int:
        """One for each class in each part."""
        return features * self.splits

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Scores class probabilities `[N, classes]`; `real` is not used.

        Raises:
            DataError: `fake` are no probabilities, or fewer in a part than there are classes.
        """
        answers = checked(fake, "generated", metric="inception-score")
        _check_probabilities(answers)
        classes = answers.shape[1]
        why = f"{classes} in each of {self.splits} parts, one for each class; 'splits' makes fewer parts"
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
            "inception-score: generated features must be class probabilities [N, classes], at least 0 and with the "
            f"sum 1 in each row, got {answers.shape[1]} from {answers.min():g} on with sums from {sums.min():g} to "
            f"{sums.max():g}; take a classifier's softmax output, not its logits or hidden features"
        )


def _score(answers: Array) -> float:
    from scipy.special import rel_entr

    marginal = answers.mean(axis=0, dtype=np.float64)
    divergences = sum(rel_entr(answers[rows].astype(np.float64), marginal).sum() for rows in blocks(len(answers), 2048))
    return float(np.exp(divergences / len(answers)))


_ROUNDING = 1e-3
"""By how much the sum of a float16 or float32 softmax over a thousand classes may be off."""
