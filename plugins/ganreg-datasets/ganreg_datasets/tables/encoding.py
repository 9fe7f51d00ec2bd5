"""What the encodings of columns have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
import numpy as np

from ganreg import Block, DataError
from ganreg_datasets.splits import Array

if TYPE_CHECKING:
    from ganreg_datasets.tables.reading import TextColumn


class CellError(DataError):
    """A cell that cannot be encoded.

    Attributes:
        column: the column's name.
        row: the cell's row.
        cell: its text.
        wanted: what it would have to be, such as "a number".
    """

    def __init__(self, column: str, row: int, cell: str, wanted: str) -> None:
        super().__init__(f"column '{column}' holds {cell!r} instead of {wanted}")
        self.column, self.row, self.cell, self.wanted = column, row, cell, wanted


@attrs.frozen
class Encoding:
    """How a column becomes numbers in -1..1, and how they become a column again.

    Attributes:
        name: the column's name in the header.
    """

    name: str

    kind: ClassVar[str]
    """The name under which a run's folder stores the encoding."""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What the column's values in a sample are; none by default."""
        return ()

    @property
    def width(self) -> int:
        """The number of values that the column takes in a sample."""
        return sum(block.size for block in self.blocks)

    def read(self, column: TextColumn) -> Array:
        """Turns cells into what `encode` takes, `[N]`.

        Raises:
            CellError: a cell is not one that the encoding knows.
        """
        raise NotImplementedError

    def encode(self, values: Array) -> Array:
        """Encodes values `[N]` as float32 `[N, width]` in -1..1."""
        encoded = np.full((len(values), self.width), -1.0, np.float32)
        self.encode_into(encoded, values)
        return encoded

    def encode_into(self, encoded: Array, values: Array) -> None:
        """Encodes values `[N]` into an array `[N, width]` that is filled with -1."""

    def decode(self, encoded: Array) -> Sequence[Any]:
        """Turns `[N, width]` back into N values; an empty cell becomes `None`."""
        raise NotImplementedError
