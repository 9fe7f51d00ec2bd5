"""Summaries of columns, for `ganreg inspect`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ganreg import ColumnSummary
from ganreg.lazy import lazy_module
from ganreg_datasets.splits import Array
from ganreg_datasets.tables.category import CategoryEncoding
from ganreg_datasets.tables.constant import ConstantEncoding
from ganreg_datasets.tables.date import DateEncoding
from ganreg_datasets.tables.encoding import Encoding
from ganreg_datasets.tables.inference import Decision
from ganreg_datasets.tables.numeric import NumericEncoding
from ganreg_datasets.tables.reading import TextColumn

pc = lazy_module("pyarrow.compute")

_BARS = 10
"""The number of intervals of a histogram, or of the commonest categories."""
_SHOWN = 3
"""The number of spikes that are named."""


def summary_of(column: TextColumn, decision: Decision) -> ColumnSummary:
    """Describes a column and what was decided for it.

    Args:
        column: the column.
        decision: how it is encoded.
    """
    counted = pc.value_counts(column.cells)
    texts, counts = counted.field(0), counted.field(1).to_numpy()
    encoding, values = decision.encoding, decision.values
    empty = counts[pc.equal(texts, "").to_numpy(zero_copy_only=False)].sum()
    gaps = float(empty)
    if isinstance(encoding, (NumericEncoding, DateEncoding)) and values is not None:
        gaps = float(np.isnan(values).sum())
    return ColumnSummary(
        name=column.name,
        kind=decision.kind,
        missing=gaps / len(column.cells),
        distinct=len(texts) - bool(empty),
        encoding="none" if encoding is None else _described(encoding, values),
        histogram=_histogram(encoding, values) or _commonest(texts, counts),
        note=decision.problem or decision.warning or decision.note,
        usable=encoding is not None,
    )


def _described(encoding: Encoding, values: Array | None) -> str:
    """How a column is encoded, in a few words."""
    match encoding:
        case ConstantEncoding():
            return "the same in every row; takes no values"
        case NumericEncoding():
            return _modes(encoding, values)
        case DateEncoding():
            return f"{encoding.form.pattern}{encoding.form.suffix}; {_modes(encoding.steps, None)}"
        case CategoryEncoding():
            folded = f", {len(encoding.rare)} rare ones folded into one" if encoding.rare else ""
            return f"one-hot, {_plural(encoding.width, 'value')}{folded}"
        case _:
            return "left out; new ones for generated rows"


def _modes(encoding: NumericEncoding, values: Array | None) -> str:
    modes, missing = encoding.modes, " + missing" if encoding.missing is not None else ""
    width = f"; {_plural(encoding.width, 'value')}"
    if not modes.centers:
        return f"each number is a mode{missing}{width}"
    spikes = ""
    if modes.spikes:
        named = ", ".join(_spike(encoding, spike, values) for spike in modes.spikes[:_SHOWN])
        more = ", ..." if len(modes.spikes) > _SHOWN else ""
        spikes = f" + {_plural(len(modes.spikes), 'spike')} ({named}{more})"
    return f"{_plural(len(modes.centers), 'mode')}{spikes}{missing}{width}"


def _spike(encoding: NumericEncoding, spike: float, values: Array | None) -> str:
    text = f"{spike:g}"
    return text if values is None else f"{text}: {np.mean(values == spike):.0%}"


def _plural(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _histogram(encoding: Encoding | None, values: Array | None) -> tuple[tuple[str, int], ...]:
    """Equally wide intervals by their lower ends; nothing for columns of other kinds or of few numbers."""
    if values is None or not isinstance(encoding, (NumericEncoding, DateEncoding)):
        return ()
    present = values[~np.isnan(values)]
    if len(np.unique(present)) <= _BARS:
        return ()
    counts, edges = np.histogram(present, bins=_BARS)
    return tuple((str(_label(encoding, edge)), int(count)) for edge, count in zip(edges[:-1], counts, strict=True))


def _label(encoding: NumericEncoding | DateEncoding, edge: float) -> Any:
    if isinstance(encoding, DateEncoding):
        return encoding.form.write(encoding.first + encoding.step * int(np.ceil(edge)))
    return f"{edge:.4g}" if encoding.decimals is not None or abs(edge) >= 1e15 else f"{np.ceil(edge):.0f}"


def _commonest(texts: Any, counts: Array) -> tuple[tuple[str, int], ...]:
    """The commonest cells, and how many rows have any other one; nothing if no cell occurs twice."""
    if len(counts) > _BARS and counts.max() == 1:
        return ()  # ids and free text have no shape
    order: Sequence[int] = np.argsort(-counts, kind="stable")[:_BARS].tolist()
    bars = [(texts[index].as_py() or "(empty)", int(counts[index])) for index in order]
    rest = int(counts.sum()) - sum(count for _, count in bars)
    return (*bars, *([("(other)", rest)] if rest else []))
