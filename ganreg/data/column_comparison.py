"""Tables compared column by column, as a report shows them. Importable without TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from ganreg.data.arrays import Array
from ganreg.data.columns import Column

_MOST_COLUMNS = 500
"""Further columns are left out, those with the best scores first."""
_MOST_PAIRED = 60
"""The number of columns whose pairs are kept: those with the worst ones."""
_BINS, _BARS = 40, 20
_DIGITS = 4
_WHOLE = 2.0**53
"""Larger floats are all whole numbers."""
_TAIL = 0.002
"""The share of the real values that the shown range may leave out at each end, where they lie far away."""
_FAR = 0.25
"""They lie far away if showing them would widen the range by more than this share."""


@attrs.frozen(kw_only=True)
class ColumnShown:
    """One column of real and generated samples.

    Attributes:
        name: its name.
        kind: `"number"`, `"date"` or `"category"`.
        score: its score from 0 to 1; `None` without a metric that scores columns, or if it is undefined.
        missing_real: the share of real samples in which the value is missing.
        missing_generated: the same of generated samples.
        edges: the edges of a histogram; empty if there are bars.
        labels: the labels of bars; empty if there is a histogram.
        real: the shares of the present real values in each bin or bar.
        generated: the same of generated values.
        outside: the share of the generated values that lie outside the histogram.
        rest: the number of further values that the last bar combines.
    """

    name: str
    kind: str
    score: float | None
    missing_real: float
    missing_generated: float
    real: Sequence[float]
    generated: Sequence[float]
    edges: Sequence[float] = ()
    labels: Sequence[str] = ()
    outside: float = 0.0
    rest: int = 0


@attrs.frozen(kw_only=True)
class ColumnComparison:
    """A table of real samples and one of generated ones.

    Attributes:
        columns: the columns in the table's order, the worst ones if there are very many.
        left_out: the number of columns that are left out.
        paired: the names of the columns in `pairs`.
        pairs: the score of each two of these columns, from 0 to 1; `None` if it is undefined.
        real_samples: the number of real samples.
        samples: the number of generated samples.
    """

    columns: Sequence[ColumnShown]
    left_out: int
    paired: Sequence[str]
    pairs: Sequence[Sequence[float | None]]
    real_samples: int
    samples: int


def compared(
    columns: Sequence[Column], real: Array, generated: Array, scores: tuple[Array, Array] | None
) -> ColumnComparison:
    """Compares two tables column by column.

    Args:
        columns: what the columns hold.
        real: values of real samples, `[N, columns]`.
        generated: values of generated samples, `[M, columns]`.
        scores: the scores `[columns]` of columns, and those `[columns, columns]` of pairs, if a metric has them.
    """
    given = np.full(len(columns), np.nan) if scores is None else scores[0]
    pairs = None if scores is None or len(columns) < 2 else scores[1]
    kept = _worst(given, _MOST_COLUMNS)
    paired = [] if pairs is None else _worst(_worst_of_each(pairs), _MOST_PAIRED)
    return ColumnComparison(
        columns=[_shown(columns[place], real[:, place], generated[:, place], given[place]) for place in kept],
        left_out=len(columns) - len(kept),
        paired=[columns[place].name for place in paired],
        pairs=[] if pairs is None else [[_number(value) for value in row] for row in pairs[paired][:, paired]],
        real_samples=len(real),
        samples=len(generated),
    )


def _worst(scores: Array, most: int) -> list[int]:
    """The places of the least scores, in ascending order; undefined ones count as good."""
    chosen: list[int] = np.argsort(np.nan_to_num(scores, nan=np.inf), kind="stable")[:most].tolist()
    return sorted(chosen)


def _worst_of_each(pairs: Array) -> Array:
    """The least score among the pairs of each column."""
    least: Array = np.nan_to_num(pairs, nan=np.inf).min(axis=1, initial=np.inf)
    return least


def _shown(column: Column, real: Array, generated: Array, score: float) -> ColumnShown:
    present, made = real[~np.isnan(real)], generated[~np.isnan(generated)]
    common: dict[str, Any] = {
        "name": column.name,
        "kind": column.kind,
        "score": _number(score),
        "missing_real": round(1 - len(present) / len(real), 6),
        "missing_generated": round(1 - len(made) / len(generated), 6),
    }
    different = np.unique(present)
    if column.is_category:
        return ColumnShown(**common, **_bars(column.labels, present, made))
    if 0 < len(different) <= _BARS and column.kind == "number":
        return ColumnShown(**common, **_bars_of_numbers(different, present, made))
    return ColumnShown(**common, **_histogram(present, made))


def _bars(labels: Sequence[str], real: Array, generated: Array) -> dict[str, Any]:
    """The commonest categories of the real samples; the last bar combines the others."""
    shares = np.stack(
        [np.bincount(each.astype(int), minlength=len(labels)) / max(len(each), 1) for each in (real, generated)]
    )
    order = np.argsort(-shares[0], kind="stable")
    shown = sorted(order[: _BARS - 1]) if len(labels) > _BARS else list(range(len(labels)))
    rest = len(labels) - len(shown)
    names, bars = [labels[place] or "(empty)" for place in shown], shares[:, shown]
    if rest:
        names = [*names, f"{rest} others"]
        bars = np.column_stack([bars, 1 - bars.sum(axis=1)])
    return {"labels": names, "real": _rounded(bars[0]), "generated": _rounded(bars[1]), "rest": rest}


def _bars_of_numbers(different: Array, real: Array, generated: Array) -> dict[str, Any]:
    """A bar for each different number of the real samples, and one for all others that were generated."""
    names = [f"{value:.10g}" for value in different]
    bars = np.array(
        [[np.mean(each == value) if len(each) else 0.0 for value in different] for each in (real, generated)]
    )
    others = 1 - bars[1].sum() if len(generated) else 0.0
    if others > 1e-9:
        names, bars = [*names, "other"], np.column_stack([bars, [0.0, others]])
    return {"labels": names, "real": _rounded(bars[0]), "generated": _rounded(bars[1])}


def _histogram(real: Array, generated: Array) -> dict[str, Any]:
    if not len(real):
        return {"real": (), "generated": ()}
    least, greatest = _range(real)
    if not np.isfinite(greatest - least):
        return {"real": (), "generated": ()}
    edges = _edges(real, least, greatest)
    bars = [np.histogram(each, edges)[0] / max(len(each), 1) for each in (real, generated)]
    outside = float(((generated < edges[0]) | (generated > edges[-1])).mean()) if len(generated) else 0.0
    return {
        "edges": edges.tolist(),
        "real": _rounded(bars[0]),
        "generated": _rounded(bars[1]),
        "outside": round(outside, 6),
    }


def _edges(real: Array, least: float, greatest: float) -> Array:
    """The edges of equal bins; those of whole numbers contain as many different ones each."""
    different = np.unique(real)
    if len(different) > 1 and (different % 1 == 0).all() and np.abs(different).max() < _WHOLE:
        step = float(np.gcd.reduce(np.diff(different).astype(np.int64)))
        width = step * max(1, np.ceil((greatest - least) / step / _BINS))
        first = different[different >= least][0] - step / 2
        count = int(np.ceil((greatest - first) / width))
        return np.asarray(first + width * np.arange(count + 1))
    return np.linspace(least, greatest, _BINS + 1)


def _range(real: Array) -> tuple[float, float]:
    """The range of the real values, without those far away that would leave the others a few bins only."""
    least, greatest = float(real.min()), float(real.max())
    low, high = (float(value) for value in np.quantile(real, [_TAIL, 1 - _TAIL]))
    width = high - low
    if width > 0:
        least = low if low - least > _FAR * width else least
        greatest = high if greatest - high > _FAR * width else greatest
    if not greatest > least:
        margin = max(abs(least) * 1e-6, 0.5)
        return least - margin, greatest + margin
    return least, greatest


def _rounded(values: Array) -> list[float]:
    return [round(float(value), 6) for value in values]


def _number(value: float) -> float | None:
    return round(float(value), _DIGITS) if np.isfinite(value) else None
