"""Which columns of a table are conditions."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from ganreg import DataError
from ganreg_datasets.tables.state import Encodings

AUTO, ALL, NONE = "auto", "all", "none"
"""Stand for every column of categories unless there is a label, for every one, and for none."""


def with_conditions(encodings: Encodings, names: Sequence[str]) -> Encodings:
    """Chooses the columns of the conditions.

    Args:
        encodings: the encodings of all columns.
        names: the names of columns; or `auto`, `all` or `none` alone, which mean these words even if a column has the
            same name.

    Raises:
        DataError: a column does not exist or has no categories in the samples, `all` columns are none, or there is a
            label as well.
    """
    if not names or tuple(names) == (NONE,) or (encodings.label and tuple(names) == (AUTO,)):
        return encodings
    if encodings.label:
        raise DataError(
            f"conditions replace the label: leave label={encodings.label} out, and name it among the conditions"
        )
    named = {column.name: column for column in encodings.samples}
    categories = [name for name, column in named.items() if any(block.labels for block in column.blocks)]
    if tuple(names) == (AUTO,):
        return attrs.evolve(encodings, conditions=categories)
    if tuple(names) == (ALL,):
        if not categories:
            raise DataError("has no columns of categories, so conditions=all has no effect; leave it out")
        return attrs.evolve(encodings, conditions=categories)
    for name in names:
        if name not in named:
            raise DataError(f"has no column '{name}' for a condition; choose from {', '.join(categories)}")
        if name not in categories:
            raise DataError(
                f"column '{name}' cannot be a condition, as it has no categories; leave it out, or choose "
                f"category=[{name}] if its values are codes"
            )
    return attrs.evolve(encodings, conditions=names)
