"""How well each column of a table is generated, by the definitions of SDMetrics' column shapes.

All functions return the scores of all rows, and then those without each group of the jackknife.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ganreg import Column
from ganreg_metrics.features import Array
from ganreg_metrics.tables.jackknife import Groups


def column_scores(columns: Sequence[Column], real: Array, fake: Array, groups: tuple[Groups, Groups]) -> Array:
    """Compares columns one by one, without missing values.

    Args:
        columns: what the columns hold.
        real: `[N, columns]`.
        fake: `[M, columns]`.
        groups: the groups of the real and of the generated rows.

    Returns:
        The scores `[1 + groups, columns]`, from 0 to 1; NaN for a column in which all real values are missing.
    """
    scores = [
        (_overlap if column.is_category else _kolmogorov_smirnov)(real[:, place], fake[:, place], groups)
        for place, column in enumerate(columns)
    ]
    return np.stack(scores, axis=1)


def missing_scores(real: Array, fake: Array, groups: tuple[Groups, Groups]) -> Array | None:
    """Compares how many values are missing: 1 minus the difference of the shares.

    Returns:
        The mean over the columns in which any value is missing, `[1 + groups]`; `None` if there is none.
    """
    gaps = [np.isnan(each) for each in (real, fake)]
    with_gaps = gaps[0].any(axis=0) | gaps[1].any(axis=0)
    if not with_gaps.any():
        return None
    shares = []
    for each, own in zip(gaps, groups, strict=True):
        by_group = np.stack([each[own.of == group][:, with_gaps].sum(axis=0) for group in range(max(own.count, 1))])
        shares.append(own.left_out(by_group) / own.rows(np.ones(len(each), np.bool_))[:, np.newaxis])
    result: Array = (1 - np.abs(shares[0] - shares[1])).mean(axis=1)
    return result


def _kolmogorov_smirnov(real: Array, fake: Array, groups: tuple[Groups, Groups]) -> Array:
    """1 - D, the greatest difference between the distribution functions."""
    present = [~np.isnan(each) for each in (real, fake)]
    undefined = _undefined(present, groups)
    if undefined is not None:
        return undefined
    values = np.concatenate([real[present[0]], fake[present[1]]])
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    last = np.append(ordered[1:] != ordered[:-1], True)  # of equal values, the distribution functions jump at the last
    weights = [own.weights(kept) for own, kept in zip(groups, present, strict=True)]
    shares = [each / np.maximum(each.sum(axis=1, keepdims=True), 1) for each in weights]
    steps = np.concatenate([shares[0], -shares[1]], axis=1)[:, order]
    gaps = np.abs(steps.cumsum(axis=1)[:, last]).max(axis=1)
    return _clipped(1 - gaps)


def _overlap(real: Array, fake: Array, groups: tuple[Groups, Groups]) -> Array:
    """1 minus the total variation distance, which is the share that two bar charts have in common."""
    present = [~np.isnan(each) for each in (real, fake)]
    undefined = _undefined(present, groups)
    if undefined is not None:
        return undefined
    labels = 1 + int(max(each[kept].max() for each, kept in zip((real, fake), present, strict=True)))
    codes = [each[kept].astype(np.int64) for each, kept in zip((real, fake), present, strict=True)]
    own = [Groups(each.of[kept], each.count) for each, kept in zip(groups, present, strict=True)]
    return overlap_of_codes(codes[0], codes[1], labels, own[0], own[1])


def overlap_of_codes(real: Array, fake: Array, labels: int, real_groups: Groups, fake_groups: Groups) -> Array:
    """1 minus the total variation distance of codes, `[1 + groups]`.

    Args:
        real: codes `[N]`, from 0 to `labels - 1`.
        fake: codes `[M]`.
        labels: the number of codes.
        real_groups: the groups of the real codes.
        fake_groups: the groups of the generated codes.
    """
    shares = []
    for codes, own in ((real, real_groups), (fake, fake_groups)):
        count = max(own.count, 1)
        by_group = np.bincount(own.of * labels + codes, minlength=count * labels).reshape(count, labels)
        remaining = own.left_out(by_group)
        shares.append(remaining / np.maximum(remaining.sum(axis=1, keepdims=True), 1))
    return _clipped(1 - np.abs(shares[0] - shares[1]).sum(axis=1) / 2)


def _undefined(present: Sequence[Array], groups: tuple[Groups, Groups]) -> Array | None:
    """NaN without real values, and 0 without generated ones; `None` if there are both."""
    if present[0].any() and present[1].any():
        return None
    return np.full(1 + groups[0].count, 0.0 if present[0].any() else np.nan)


def _clipped(scores: Array) -> Array:
    """Rounding errors may lead out of the range."""
    return np.clip(scores, 0.0, 1.0)
