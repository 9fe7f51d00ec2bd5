"""Which columns of a table are conditions."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from ganreg import DataError
from ganreg.errors import did_you_mean
from ganreg_datasets.tables.state import Encodings

ALL = "all"
"""Stands for every column of categories, unless a column has this name."""


def with_conditions(encodings: Encodings, names: Sequence[str]) -> Encodings:
    """Chooses the columns of the conditions.

    Args:
        encodings: the encodings of all columns.
        names: the names of columns, or `all`.

    Raises:
        DataError: a column does not exist, holds numbers of many different values, or has no values in the samples; or
            there is a label as well.
    """
    if not names:
        return encodings
    if encodings.label:
        raise DataError(
            f"conditions replace the label: leave label={encodings.label} out, and name it among the conditions"
        )
    named = {column.name: column for column in encodings.samples}
    categories = [name for name, column in named.items() if any(block.labels for block in column.blocks)]
    if tuple(names) == (ALL,) and ALL not in named:
        return attrs.evolve(encodings, conditions=categories)
    for name in names:
        if name not in named:
            raise DataError(f"there is no column '{name}' for a condition; {did_you_mean(name, list(named))}")
        if name not in categories:
            raise DataError(
                f"column '{name}' cannot be a condition, as it has no categories; leave it out, or choose "
                f"category=[{name}] if its values are codes"
            )
    return attrs.evolve(encodings, conditions=names)
