"""The part of a run's report that compares the columns of a table."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Sequence
from pathlib import Path

import attrs

from ganreg.contract.structuring import structure
from ganreg.data.column_comparison import ColumnComparison, ColumnShown
from ganreg.errors import GanregError
from ganreg.reports.charts import Chart, Series
from ganreg.reports.reading import finite, read_json

_WORST_PAIRS = 10


@attrs.frozen(kw_only=True)
class ColumnsShown:
    """The columns of a table, as a report shows them.

    Attributes:
        comparison: the columns and their pairs.
        charts: one chart for each column, in the same order.
        heat: a heat map of the errors of pairs; `None` if there are no pairs.
        worst: the names and the score of the pairs with the least scores, in ascending order.
    """

    comparison: ColumnComparison
    charts: Sequence[Chart]
    heat: Chart | None
    worst: Sequence[tuple[str, str, float]]


def read_comparison(path: Path) -> ColumnsShown | None:
    """Reads a run's `columns.json`; returns `None` if it is missing or malformed."""
    try:
        comparison = structure(ColumnComparison, read_json(path) or {}, where=str(path))
    except (GanregError, AttributeError, TypeError, ValueError):
        return None
    if not _is_sound(comparison):
        return None
    return ColumnsShown(
        comparison=comparison,
        charts=[_chart(column) for column in comparison.columns],
        heat=_heat(comparison),
        worst=_worst(comparison),
    )


def _is_sound(comparison: ColumnComparison) -> bool:
    """Whether all lists are as long as they must be, and all numbers are finite."""
    for column in comparison.columns:
        bars = max(len(column.edges) - 1, 0) or len(column.labels)
        numbers = [*column.real, *column.generated, *column.edges, column.missing_real, column.missing_generated]
        if not len(column.real) == len(column.generated) == bars or any(finite(value) is None for value in numbers):
            return False
    sizes = {len(comparison.paired), *map(len, comparison.pairs)} if comparison.pairs else {0}
    return len(sizes) == 1 and len(comparison.pairs) in (0, len(comparison.paired))


def _chart(column: ColumnShown) -> Chart:
    note = (
        f"{column.outside:.1%} of the generated values lie outside the range shown" if column.outside >= 0.001 else ""
    )
    if column.labels:
        series = [
            Series(label=label, x=column.labels, y=list(shares), kind="bar", style=style)
            for label, shares, style in (("real", column.real, 6), ("generated", column.generated, 0))
        ]
    else:
        edges = [_moment(edge) for edge in column.edges] if column.kind == "date" else column.edges
        series = [
            Series(label="real", x=edges, y=_steps(column.real), kind="area"),
            Series(label="generated", x=edges, y=_steps(column.generated), kind="step"),
        ]
    return Chart(title=column.name, series=series, x_title="", y_title="share of the rows", note=note, controls=False)


def _steps(shares: Sequence[float]) -> list[float]:
    """Step charts need the last value twice."""
    return [*shares, *shares[-1:]]


def _moment(seconds: float) -> str | float:
    """A moment as plotly.js reads it; a number if there is no such date."""
    try:
        moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    except OverflowError:
        return seconds
    return moment.isoformat(sep=" ", timespec="seconds")


def _heat(comparison: ColumnComparison) -> Chart | None:
    if not comparison.pairs:
        return None
    errors = [[None if score is None else round(1 - score, 4) for score in row] for row in comparison.pairs]
    names = list(comparison.paired)
    series = [Series(label="error", x=names, y=names, kind="heat", matrix=errors)]
    return Chart(title="Errors of pairs of columns", series=series, x_title="", controls=False, legend=False)


def _worst(comparison: ColumnComparison) -> list[tuple[str, str, float]]:
    names = comparison.paired
    found = [
        (names[one], names[other], score)
        for one, other in itertools.combinations(range(len(comparison.pairs)), 2)
        if (score := comparison.pairs[one][other]) is not None
    ]
    return sorted(found, key=lambda pair: pair[2])[:_WORST_PAIRS]
