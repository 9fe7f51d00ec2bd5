"""The fidelity of a generated table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import attrs
import numpy as np
from attrs import validators

from ganreg import ColumnScores, Dataset, DataSpec, parameter
from ganreg_metrics.features import Array
from ganreg_metrics.tables.column_scores import column_scores, missing_scores
from ganreg_metrics.tables.jackknife import Groups, error_of
from ganreg_metrics.tables.metric import TableMetric, some
from ganreg_metrics.tables.pair_scores import pair_scores


@attrs.frozen(kw_only=True)
class TableFidelity(TableMetric):
    """How similar the columns of a generated table and their pairs are to those of real rows.

    These are the definitions of the quality report of SDMetrics (https://docs.sdv.dev/sdmetrics)::

        fidelity = (columns + pairs) / 2,    from 0 to 1
        columns  = mean over columns of    1 - Kolmogorov-Smirnov statistic           (numbers, dates)
                                           1 - total variation distance               (categories)
        pairs    = mean over two columns of  1 - |difference of the correlations| / 2   (numbers, dates)
                                           1 - total variation distance of the
                                               contingency tables                     (with a category)
        missing  = mean over columns of    1 - |difference of the shares of missing values|

    Columns are compared without missing values, so that `missing` stands next to them; it is there if any value is
    missing. Correlations are Pearson's, of rows in which both values are present. In contingency tables, a missing
    value is a category of its own, and numbers are binned over the range of the real ones. Three details differ from
    SDMetrics: a pair of which only the generated values are constant counts with a correlation of 0, and is not left
    out; a column of which all generated values are missing has the score 0; and generated numbers are binned like the
    real ones, as in SDMetrics' ContingencySimilarity, where its report bins them by their own range.

    Real rows do not have a fidelity of 1 against other real rows: compare with the baseline. The errors are those of a
    jackknife over groups of rows. They are bounds: where both tables are from nearly the same distribution, the true
    spread is smaller, because the differences between shares only count without their signs.

    Values: `fidelity`, `columns`, `pairs` if there are several columns, `missing` if any value is missing, and the
    error of each, such as `fidelity_error`.
    """

    name: ClassVar[str] = "table-fidelity"
    lower_is_better: ClassVar[Mapping[str, bool]] = {
        "fidelity": False,
        "columns": False,
        "pairs": False,
        "missing": False,
    }

    bins: int = parameter(10, "number of bins for numbers next to categories", validators.ge(2))
    samples: int = parameter(50_000, "maximum number of real and of generated rows, drawn at random", validators.ge(2))
    groups: int = parameter(20, "number of groups of the jackknife for the errors", validators.ge(2))
    seed: int = parameter(0, "random seed of rows and groups", validators.ge(0))

    def suits(self, data: DataSpec, dataset: Dataset | None) -> int:
        """Suits tables best: it comes first."""
        return 3 if data.blocks else 0

    def compute(self, real: Array, fake: Array) -> dict[str, float]:
        """Compares rows `[N, columns]`; 1 is perfect.

        Raises:
            DataError: values are infinite, not those of the columns, or of fewer than 2 rows.
        """
        values = self._by_group(*self._drawn(real, fake), self.groups)
        return {name: float(each[0]) for name, each in values.items()} | {
            f"{name}_error": error_of(each) for name, each in values.items()
        }

    def scores_by_column(self, real: Array, fake: Array) -> ColumnScores:
        """Compares columns and their pairs; see `compute`."""
        tables = self._drawn(real, fake)
        none = Groups(np.zeros(len(tables[0]), np.intp), 0), Groups(np.zeros(len(tables[1]), np.intp), 0)
        return ColumnScores(
            columns=column_scores(self._columns, *tables, none)[0],
            pairs=pair_scores(self._columns, *tables, none, self.bins)[0],
        )

    def _drawn(self, real: Array, fake: Array) -> tuple[Array, Array]:
        stream = np.random.default_rng(self.seed)
        tables = self.checked(real, "real", minimum=2), self.checked(fake, "generated", minimum=2)
        return some(tables[0], self.samples, stream), some(tables[1], self.samples, stream)

    def _by_group(self, real: Array, fake: Array, count: int) -> dict[str, Array]:
        """The values of all rows, and then without each group, `[1 + groups]` each."""
        stream = np.random.default_rng(self.seed)
        count = min(count, len(real), len(fake))
        groups = Groups.drawn(len(real), count, stream), Groups.drawn(len(fake), count, stream)
        columns = _mean(column_scores(self._columns, real, fake, groups))
        above = np.triu_indices(len(self._columns), 1)
        pairs = _mean(pair_scores(self._columns, real, fake, groups, self.bins)[:, *above])
        missing = missing_scores(real, fake, groups)
        found = {"columns": columns} | ({} if np.isnan(pairs[0]) else {"pairs": pairs})
        fidelity = np.nanmean(np.stack(list(found.values())), axis=0)
        return {"fidelity": fidelity} | found | ({} if missing is None else {"missing": missing})


def _mean(scores: Array) -> Array:
    """The mean of those that are defined, `[1 + groups]`; NaN if none is."""
    defined = ~np.isnan(scores)
    count = defined.sum(axis=1)
    total = np.where(defined, scores, 0.0).sum(axis=1)
    result: Array = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return result
