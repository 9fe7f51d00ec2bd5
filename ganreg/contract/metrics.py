"""The base class of metrics. N is the number of samples, F the number of features."""

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
    """Evaluates generated samples against real ones.

    Attributes:
        looks_at: the input of `compute`, `[N, F]`: `"features"` from the extractor that the user chose; `"samples"`,
            the samples' own values, flattened; or class `"probabilities"` from an extractor that is a classifier.
            Defaults to `"features"`.
        needs_labels: whether real and generated samples must have labels. Defaults to `False`.
        needs_pairs: whether it compares each translation with the true sample of its source. Such a metric overrides
            `compute_pairs` instead of `compute`, and only evaluates GANs that translate paired data. Defaults to
            `False`.
        lower_is_better: for each value's name, whether lower is better. Values that are missing here are not scores:
            generators cannot be ranked by them.
        published_names: for an extractor's name, the names that the values have in the literature on its features.
        with_few_samples: the advice if the data have fewer samples than `minimum_samples`; it ends an error message
            that starts with "take fewer features, or ...".
    """

    looks_at: ClassVar[Literal["features", "samples", "probabilities"]] = "features"
    needs_labels: ClassVar[bool] = False
    needs_pairs: ClassVar[bool] = False
    lower_is_better: ClassVar[Mapping[str, bool]] = {}
    published_names: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    with_few_samples: ClassVar[str] = ""

    def minimum_samples(self, features: int) -> int:
        """Returns the least number of samples, real and generated each, for which the values are meaningful.

        Args:
            features: the number of features, F.
        """
        return 2

    def suits(self, data: DataSpec, dataset: Dataset | None) -> bool:
        """Whether the metric is used for such data by default, that is if the user names no metric.

        Args:
            data: the description of one sample.
            dataset: the source of the real samples, or `None` if they are plain arrays.
        """
        return False

    def compute(self, real: np.ndarray, fake: np.ndarray) -> dict[str, float]:
        """Compares two arrays of features.

        Args:
            real: features of real samples, `[N, F]`.
            fake: features of generated samples, `[N, F]`; their number may differ.

        Returns:
            The values by name, the main one first. The standard error of a value `x` is called `x_error`.

        Raises:
            DataError: the arrays do not suit the metric, or there are too few samples.
        """
        raise NotImplementedError(f"{type(self).__name__} must define compute(real, fake)")

    def compute_with_labels(
        self, real: np.ndarray, fake: np.ndarray, real_labels: np.ndarray, fake_labels: np.ndarray
    ) -> dict[str, float]:
        """Compares labelled features; metrics that use labels override it. Defaults to `compute`.

        It is called instead of `compute` if both real and generated samples have labels.

        Args:
            real: features of real samples, `[N, F]`.
            fake: features of generated samples, `[N, F]`.
            real_labels: classes of the real samples, `[N]`.
            fake_labels: classes of the generated samples, `[N]`.
        """
        return self.compute(real, fake)

    def compute_held_out(self, real: np.ndarray, fake: np.ndarray, held_out: np.ndarray) -> dict[str, float]:
        """Compares features, given held-out real samples as well. Defaults to `compute`.

        If there are held-out samples, it is called instead of `compute` for metrics that override it.

        Args:
            real: features of all training samples, `[N, F]`.
            fake: features of generated samples, `[N, F]`.
            held_out: features of real samples that were not used for training, `[H, F]`.
        """
        return self.compute(real, fake)

    def compute_pairs(self, made: np.ndarray, target: np.ndarray, data: DataSpec) -> dict[str, float]:
        """Compares translations with true samples, pair by pair; metrics with `needs_pairs` must define it.

        Args:
            made: translations of sources that were not used for training if there are any, float32 `[N, *shape]`.
            target: the true sample of each source, float32 `[N, *shape]`.
            data: the description of one sample.

        Returns:
            The values by name, as `compute` does.

        Raises:
            DataError: the arrays do not suit the metric.
        """
        raise NotImplementedError(f"{type(self).__name__} must define compute_pairs(made, target, data)")

    def for_data(self, dataset: Dataset) -> Metric:
        """Returns the metric adapted to a dataset, for metrics that need what the dataset knows. Defaults to itself.

        If the real samples come from a dataset, it is called before anything else.
        """
        return self
