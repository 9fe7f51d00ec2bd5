"""The base class of metrics. N is the number of samples, F of features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

import attrs

from ganreg.contract.datasets import Dataset
from ganreg.contract.implementation import Implementation
from ganreg.data.spec import DataSpec

if TYPE_CHECKING:
    import numpy as np


@attrs.frozen(kw_only=True)
class Metric(Implementation):
    """Judges generated samples against real ones.

    Attributes:
        looks_at: what `compute` is given, `[N, F]`: `"features"` by the extractor that the user chose; `"samples"`, the
            samples' own values, flattened; or `"probabilities"` of classes, by an extractor that is a classifier.
        needs_labels: whether it has values only where real and generated samples have labels.
        lower_is_better: by the name of a value, whether less is better. A value that is not in it is no score: it
            cannot choose among generators.
        published_names: by the name of an extractor, what the values are called on its features alone.
        with_few_samples: what to take where the data has fewer samples than `minimum_samples`, as the end of an error's
            message that goes "take fewer features, or ...".
    """

    looks_at: ClassVar[Literal["features", "samples", "probabilities"]] = "features"
    needs_labels: ClassVar[bool] = False
    lower_is_better: ClassVar[Mapping[str, bool]] = {}
    published_names: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    with_few_samples: ClassVar[str] = ""

    def minimum_samples(self, features: int) -> int:
        """Returns how many samples, real or generated, the values need to mean anything.

        Args:
            features: how many there are of each sample.
        """
        return 2

    def suits(self, data: DataSpec, dataset: Dataset | None) -> bool:
        """Whether it judges such data where the user names no metric.

        Args:
            data: what one sample looks like.
            dataset: where samples come from; `None` where they are plain arrays.
        """
        return False

    def compute(self, real: np.ndarray, fake: np.ndarray) -> dict[str, float]:
        """Compares two arrays of features, `[N, F]` each.

        Returns:
            Named values, the main one first; the standard error of a value `x` is called `x_error`.

        Raises:
            DataError: the arrays are not what the metric needs, or too few samples for it to mean anything.
        """
        raise NotImplementedError(f"{type(self).__name__} must define compute(real, fake)")

    def compute_with_labels(
        self, real: np.ndarray, fake: np.ndarray, real_labels: np.ndarray, fake_labels: np.ndarray
    ) -> dict[str, float]:
        """Compares labelled features; as `compute` unless overridden, for a metric that heeds the labels, `[N]`.

        Whoever evaluates calls it where both sides have labels, and `compute` elsewhere.
        """
        return self.compute(real, fake)

    def compute_held_out(self, real: np.ndarray, fake: np.ndarray, held_out: np.ndarray) -> dict[str, float]:
        """As `compute`, with features of real samples that were not trained on, `[H, F]`.

        Whoever evaluates calls it, where there are such samples, for a metric that overrides it; `real` are then all
        the samples that were trained on.
        """
        return self.compute(real, fake)

    def for_data(self, dataset: Dataset) -> Metric:
        """Returns the metric as it judges this data set's samples: itself, unless it needs what the data set knows.

        Whoever evaluates calls it first, where the real samples come from a data set.
        """
        return self
