"""Columns of categories."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
import numpy as np

from ganreg import Block
from ganreg.lazy import lazy_module
from ganreg_datasets.splits import Array
from ganreg_datasets.tables.cells import plain_values
from ganreg_datasets.tables.encoding import CellError, Encoding

if TYPE_CHECKING:
    from ganreg_datasets.tables.reading import TextColumn

pa = lazy_module("pyarrow")
pc = lazy_module("pyarrow.compute")

_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")

OTHER = "other"
"""What a block calls the rare categories that share one value."""


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


def _floats(values: Iterable[float]) -> tuple[float, ...]:
    return tuple(values)


@attrs.frozen
class CategoryEncoding(Encoding):
    """Categories, encoded as one value for each: 1 for the row's own, -1 for the others.

    Attributes:
        name: the column's name in the header.
        categories: the different cells as they are written, sorted; an empty one stands for missing values.
        rare: categories that share one value, the last one; each generated row with it gets one of them.
        shares: how often each of the rare ones occurs among them.
        boolean: whether the categories are those of yes and no.
    """

    categories: tuple[str, ...] = attrs.field(converter=_texts)
    rare: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    shares: tuple[float, ...] = attrs.field(default=(), converter=_floats)
    boolean: bool = False

    kind: ClassVar[str] = "category"

    @classmethod
    def fit(cls, name: str, counts: dict[str, int], *, most: int, boolean: bool = False) -> CategoryEncoding:
        """Sorts the categories, and folds the rarest into one if there are more than `most`.

        Args:
            name: the column's name.
            counts: how often each cell occurs.
            most: the greatest number of values.
            boolean: whether they are those of yes and no.
        """
        rare: list[str] = []
        if len(counts) > most:
            ordered = sorted(counts, key=lambda cell: (-counts[cell], cell))
            rare = sorted(ordered[max(most - 1, 0) :])
        total = sum(counts[cell] for cell in rare)
        kept = _sorted(counts.keys() - set(rare))
        return cls(name, kept, rare, [counts[cell] / total for cell in rare], boolean)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """One block with a value for each category; none if there is only one."""
        labels = (*self.categories, *([OTHER] if self.rare else []))
        return (Block(self.name, len(labels), one_hot=True, labels=labels),) if len(labels) > 1 else ()

    def read(self, column: TextColumn) -> Array:
        """Returns the index of each cell's category, int `[N]`.

        Raises:
            CellError: a cell is not one of the categories.
        """
        values = pc.index_in(column.cells, value_set=pa.array([*self.categories, *self.rare], pa.string()))
        if values.null_count:
            row = int(np.flatnonzero(pc.is_null(values).to_numpy(zero_copy_only=False))[0])
            raise CellError(self.name, row, column.cells[row].as_py(), "one of the categories of the training")
        indices: Array = values.to_numpy(zero_copy_only=False)
        return np.minimum(indices, len(self.categories)) if self.rare else indices

    def encode_into(self, encoded: Array, values: Array) -> None:
        """Encodes indices of categories as one-hot rows of -1 and 1."""
        if self.width:
            encoded[np.arange(len(values)), values] = 1.0

    def decode(self, encoded: Array) -> Sequence[Any]:
        """Returns the category with the greatest value in each row."""
        indices = encoded.argmax(axis=1) if self.width else np.zeros(len(encoded), np.intp)
        return self.written(indices)

    def written(self, indices: Array) -> list[Any]:
        """The categories of indices `[N]`; rare ones are drawn by their shares, the same ones each time."""
        values = [*plain_values([*self.categories, *self.rare])]
        if not self.rare:
            return [values[index] for index in indices.tolist()]
        drawn = np.random.default_rng(0).choice(len(self.rare), len(indices), p=np.array(self.shares))
        first = len(self.categories)
        return [values[index if index < first else first + other] for index, other in zip(indices, drawn, strict=True)]


def _sorted(cells: set[str]) -> tuple[str, ...]:
    """Sorts categories, as numbers if all are numbers; missing ones come last."""
    present = [cell for cell in cells if cell]
    numeric = all(_NUMBER.fullmatch(cell) for cell in present)
    ordered = sorted(present, key=lambda cell: (float(cell.replace(",", ".")) if numeric else 0.0, cell))
    return tuple(itertools.chain(ordered, [""] if "" in cells else []))
