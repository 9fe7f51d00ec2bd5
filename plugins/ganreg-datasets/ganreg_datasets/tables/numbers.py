"""Encoded columns as numbers, which metrics compare."""

from __future__ import annotations

import numpy as np

from ganreg import Column, Table
from ganreg_datasets.splits import Array
from ganreg_datasets.tables.category import OTHER, CategoryEncoding
from ganreg_datasets.tables.date import DateEncoding
from ganreg_datasets.tables.encoding import Encoding
from ganreg_datasets.tables.numeric import NumericEncoding
from ganreg_datasets.tables.state import Encodings


def table_of(encodings: Encodings, samples: Array, labels: Array | None) -> Table:
    """Decodes samples as numbers; ids and constants are left out, because they are the same in all tables.

    Args:
        encodings: the encodings of the columns.
        samples: float `[N, width]`.
        labels: int `[N]`; without them, or if the table has no labels, the label column is left out.
    """
    columns, values, start = [], [], 0
    for encoding in encodings.columns:
        if encoding.name == encodings.label:
            if labels is not None and isinstance(encoding, CategoryEncoding):
                columns.append(Column(encoding.name, "category", encoding.categories, is_class=True))
                values.append(np.asarray(labels, np.float64))
            continue
        part = samples[:, start : start + encoding.width]
        start += encoding.width
        if encoding.width:
            column, numbers = _decoded(encoding, part)
            columns.append(column)
            values.append(numbers)
    stacked = np.stack(values, axis=1) if values else np.zeros((len(samples), 0))
    return Table(columns, stacked)


def _decoded(encoding: Encoding, part: Array) -> tuple[Column, Array]:
    match encoding:
        case NumericEncoding():
            return Column(encoding.name), _numbers(encoding, part)
        case DateEncoding():
            return Column(encoding.name, "date"), _seconds(encoding, part)
        case CategoryEncoding():
            return _categories(encoding, part)
        case _:
            raise TypeError(f"columns encoded as {encoding.kind} take no values")


def _numbers(encoding: NumericEncoding, part: Array) -> Array:
    """Numbers with as many decimals as in the file, as `decode` writes them."""
    chosen = part[:, : encoding.choices].argmax(axis=1) if encoding.choices > 1 else np.zeros(len(part), np.intp)
    scaled = part[:, -1].astype(np.float64) if encoding.modes.centers else None
    values = encoding.decode_numbers(chosen, scaled)
    return np.round(values, encoding.decimals or 0) + 0.0


def _seconds(encoding: DateEncoding, part: Array) -> Array:
    """Seconds since 1970."""
    steps = _numbers(encoding.steps, part)
    gaps = np.isnan(steps)
    moments = (encoding.first + encoding.step * np.where(gaps, 0, steps).astype(np.int64)).astype(np.int64)
    seconds = moments / 1e6
    if encoding.form.unit == 0:  # months
        seconds = moments.astype("datetime64[M]").astype("datetime64[s]").astype(np.float64)
    return np.where(gaps, np.nan, seconds)


def _categories(encoding: CategoryEncoding, part: Array) -> tuple[Column, Array]:
    """Indices of the categories; an empty cell is a missing value."""
    labels = [*encoding.categories, *([OTHER] if encoding.rare else [])]
    indices = part.argmax(axis=1).astype(np.float64)
    if "" in labels:
        empty = labels.index("")
        labels.remove("")
        indices = np.where(indices == empty, np.nan, indices - (indices > empty))
    return Column(encoding.name, "category", labels), indices
