"""How well each two columns of a table are generated together, by the definitions of SDMetrics' column pair trends.

All functions return the scores of all rows, and then those without each group of the jackknife.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from ganreg import Column
from ganreg_metrics.features import Array
from ganreg_metrics.tables.column_scores import overlap_of_codes
from ganreg_metrics.tables.jackknife import Groups

_DENSE = 4
"""Contingency tables with more cells than so many times the rows are renumbered first."""


def pair_scores(columns: Sequence[Column], real: Array, fake: Array, groups: tuple[Groups, Groups], bins: int) -> Array:
    """Compares columns two by two.

    Two columns of numbers or dates are compared by their correlation, other pairs by their contingency table, for which
    numbers are binned.

    Args:
        columns: what the columns hold.
        real: `[N, columns]`.
        fake: `[M, columns]`.
        groups: the groups of the real and of the generated rows.
        bins: the number of bins for numbers, of equal width over the range of the real ones.

    Returns:
        The scores `[1 + groups, columns, columns]`, from 0 to 1, symmetric; NaN on the diagonal and where a score is
        undefined.
    """
    scores = np.full((1 + groups[0].count, len(columns), len(columns)), np.nan)
    ordered = np.array([not column.is_category for column in columns])
    numbers = np.flatnonzero(ordered)
    scores[:, numbers[:, np.newaxis], numbers] = _correlation_scores(real[:, ordered], fake[:, ordered], groups)
    coded = [_codes(column, real[:, place], fake[:, place], bins) for place, column in enumerate(columns)]
    for one, other in zip(*np.triu_indices(len(columns), 1), strict=True):
        if not (ordered[one] and ordered[other]):
            score = _contingency_scores(coded[one], coded[other], groups)
            scores[:, one, other] = scores[:, other, one] = score
    return scores


def _correlation_scores(real: Array, fake: Array, groups: tuple[Groups, Groups]) -> Array:
    """1 - |difference of Pearson's correlations| / 2, without rows in which a value is missing.

    Where the real correlation is undefined, because values are constant, so is the score. If only the generated values
    are constant, their correlation counts as 0.
    """
    real_correlations, fake_correlations = (
        _correlations(each, own) for each, own in zip((real, fake), groups, strict=True)
    )
    scores: Array = 1 - np.abs(real_correlations - np.nan_to_num(fake_correlations, nan=0.0)) / 2
    diagonal = np.arange(scores.shape[-1])
    scores[:, diagonal, diagonal] = np.nan
    return scores


def _correlations(values: Array, groups: Groups) -> Array:
    """Pearson's correlations of each two columns, `[1 + groups, columns, columns]`."""
    present = ~np.isnan(values)
    counts = np.maximum(present.sum(axis=0), 1)
    zeroed = np.where(present, values, 0.0)
    scale = np.maximum(np.abs(zeroed).max(axis=0, initial=0.0), np.finfo(np.float64).tiny)
    zeroed = zeroed / scale  # first, because squares of large numbers may overflow
    centred = np.where(present, zeroed - zeroed.sum(axis=0) / counts, 0.0)
    spread = np.sqrt((centred**2).sum(axis=0) / counts)
    # What differs by rounding errors only is constant.
    varied = spread > 1e-12
    centred = centred / np.where(varied, spread, 1.0) * varied
    kept, squared = present.astype(np.float64), centred**2
    by_group = []
    for group in range(max(groups.count, 1)):
        rows = groups.of == group
        x, m, s = centred[rows], kept[rows], squared[rows]
        by_group.append(np.stack([m.T @ m, x.T @ m, s.T @ m, x.T @ x]))
    count, sums, squares, products = groups.left_out(np.stack(by_group)).swapaxes(0, 1)
    count = np.maximum(count, 1)
    # [i, j]: over the rows in which both i and j are present, the sum of i is sums[i, j], and that of j is sums[j, i].
    means, others = sums / count, sums.swapaxes(1, 2) / count
    variances = squares / count - means**2
    variances = np.where(variances > 1e-12, variances, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        correlations = (products / count - means * others) / np.sqrt(variances * variances.swapaxes(1, 2))
    return np.clip(np.where(np.isfinite(correlations), correlations, np.nan), -1.0, 1.0)


@attrs.frozen(eq=False)
class _Codes:
    """A column as categories; a missing value is one more.

    Attributes:
        real: int64 `[N]`.
        fake: int64 `[M]`.
        count: the number of codes.
    """

    real: Array
    fake: Array
    count: int


def _codes(column: Column, real: Array, fake: Array, bins: int) -> _Codes:
    if column.is_category:
        missing = len(column.labels)
        codes = [np.where(np.isnan(each), missing, each).astype(np.int64) for each in (real, fake)]
        return _Codes(codes[0], codes[1], missing + 1)
    present = real[~np.isnan(real)]
    # Only the inner edges matter: all values beyond them belong to the first or the last bin.
    edges = np.histogram_bin_edges(present, bins=bins)[1:-1] if len(present) else np.zeros(0)
    missing = len(edges) + 1
    codes = [np.where(np.isnan(each), missing, np.digitize(each, edges)).astype(np.int64) for each in (real, fake)]
    return _Codes(codes[0], codes[1], missing + 1)


def _contingency_scores(one: _Codes, other: _Codes, groups: tuple[Groups, Groups]) -> Array:
    """1 minus the total variation distance of the two contingency tables, missing values included."""
    cells = one.count * other.count
    real, fake = one.real * other.count + other.real, one.fake * other.count + other.fake
    if cells > _DENSE * (len(real) + len(fake)):
        different, renumbered = np.unique(np.concatenate([real, fake]), return_inverse=True)
        real, fake, cells = renumbered[: len(real)], renumbered[len(real) :], len(different)
    return overlap_of_codes(real, fake, cells, *groups)
