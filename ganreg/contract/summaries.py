"""What a dataset says of the columns of its table. Importable without TensorFlow."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class ColumnSummary:
    """One column of a table, for `ganreg inspect`.

    Attributes:
        name: its name.
        kind: what it holds, such as `"integer"`.
        missing: the share of rows in which the value is missing, in 0..1.
        distinct: the number of different values.
        encoding: how it becomes part of a sample, in a few words.
        histogram: labels of bars, and the number of rows of each. Defaults to none.
        note: what a user may want to change, and how. Defaults to an empty text.
        usable: whether samples can be made from the column as it is. Defaults to `True`.
    """

    name: str
    kind: str
    missing: float
    distinct: int
    encoding: str
    histogram: tuple[tuple[str, int], ...] = ()
    note: str = ""
    usable: bool = True
