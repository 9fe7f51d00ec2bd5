"""The base class of metrics. N is the number of samples, F the number of features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

import attrs

from ganreg.contract.datasets import Dataset
from ganreg.contract.implementation import Implementation
from ganreg.data.spec import DataSpec

if TYPE_CHECKING:
    import numpy as np

    from ganreg.data.columns import Column


@attrs.frozen(kw_only=True, eq=False)
class ColumnScores:
    """How well the columns of a table were generated: 1 is perfect, 0 the worst, and NaN stands for undefined.

    Attributes:
        columns: one score for each column, `[columns]`.
        pairs: one score for each two columns, `[columns, columns]`, symmetric.
    """

    columns: np.ndarray
    pairs: np.ndarray


@attrs.frozen(kw_only=True)
class Metric(Implementation):
    """Evaluates generated samples against real ones.

    Attributes:
        looks_at: the input of `compute`, `[N, F]`: `"features"` from the extractor that the user chose; `"samples"`,
            the samples' own values, flattened; class `"probabilities"` from an extractor that is a classifier; or
            the `"columns"` of a table, one value each, as `Table.values` has them. Defaults to `"features"`.
        needs_labels: whether real and generated samples must have labels. Defaults to `False`.
        needs_pairs: whether it compares each translation with the true sample of its source. Such a metric overrides
            `compute_pairs` instead of `compute`, and only evaluates GANs that translate paired data. Defaults to
            `False`.
        lower_is_better: for each value's name, whether lower is better. Values that are missing here are not scores:
            generators cannot be ranked by them.
        published_names: for an extractor's name, the names that the values have in the literature on its features.
        stands_in: whether it is computed by default only where no metric that suits the data better can be, such as for
            lack of samples. Defaults to `False`.
        with_few_samples: the advice if the data have fewer samples than `minimum_samples`; it ends an error message
            that starts with "take fewer features, or ...".
    """

    looks_at: ClassVar[Literal["features", "samples", "probabilities", "columns"]] = "features"
    needs_labels: ClassVar[bool] = False
    needs_pairs: ClassVar[bool] = False
    needs_held_out: ClassVar[bool] = False
    trains_on_generated: ClassVar[bool] = False
    lower_is_better: ClassVar[Mapping[str, bool]] = {}
    published_names: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    stands_in: ClassVar[bool] = False
    with_few_samples: ClassVar[str] = ""

    def minimum_samples(self, features: int) -> int:
        """Returns the least number of samples, real and generated each, for which the values are meaningful.

        Args:
            features: the number of features, F.
        """
        return 2

    def suits(self, data: DataSpec, dataset: Dataset | None) -> int:
        """Returns how well it suits such data if the user names no metric: 0 for not at all; the highest comes first.

        The first metric ranks generators and chooses the best checkpoint.

        Args:
            data: the description of one sample.
            dataset: the source of the real samples, or `None` if they are plain arrays.
        """
        return 0

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

    def for_columns(self, columns: Sequence[Column]) -> Metric:
        """Returns the metric adapted to the columns of a table. Defaults to itself.

        It is called before anything is computed if the metric looks at columns.

        Args:
            columns: what the columns hold, at least one.

        Raises:
            DataError: the columns do not suit the metric.
        """
        return self

    def scores_by_column(self, real: np.ndarray, fake: np.ndarray) -> ColumnScores | None:
        """Compares columns one by one, and two by two, for the report of a run.

        Args:
            real: values of real samples, `[N, columns]`.
            fake: values of generated samples, `[N, columns]`; their number may differ.

        Returns:
            The scores, or `None` (the default) if the metric has none.
        """
        return None
