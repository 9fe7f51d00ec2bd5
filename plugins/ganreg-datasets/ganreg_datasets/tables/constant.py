"""Columns in which every cell is the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
import numpy as np

from ganreg.lazy import lazy_module
from ganreg_datasets.splits import Array
from ganreg_datasets.tables.cells import as_mask, plain_values
from ganreg_datasets.tables.encoding import CellError, Encoding

if TYPE_CHECKING:
    from ganreg_datasets.tables.reading import TextColumn

pc = lazy_module("pyarrow.compute")


@attrs.frozen
class ConstantEncoding(Encoding):
    """One cell for all rows, which takes no value of a sample.

    Attributes:
        name: the column's name in the header.
        cell: the cell as it is written; empty if all values are missing.
    """

    cell: str

    kind: ClassVar[str] = "constant"

    def read(self, column: TextColumn) -> Array:
        """Checks the cells.

        Raises:
            CellError: a cell is another one.
        """
        others = as_mask(pc.not_equal(column.cells, self.cell))
        if others.any():
            row = int(np.flatnonzero(others)[0])
            raise CellError(self.name, row, column.cells[row].as_py(), f"{self.cell!r}, as in all rows of the training")
        return np.zeros(len(others), np.int8)

    def decode(self, encoded: Array) -> Sequence[Any]:
        """Repeats the cell."""
        return plain_values([self.cell]) * len(encoded)
