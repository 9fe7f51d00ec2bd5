"""Tables as numbers, for metrics: what each column holds, and its values. Importable without TensorFlow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import attrs
import numpy as np
import numpy.typing as npt
from attrs import validators

from ganreg.data.blocks import Block
from ganreg.errors import DataError

KINDS = ("number", "date", "category")


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    if isinstance(values, str):
        raise DataError("the labels of a column must be a list of text")
    return tuple(map(str, values))


@attrs.frozen
class Column:
    """What a column of a table holds.

    Attributes:
        name: its name.
        kind: `"number"`; `"date"`, as seconds since 1970; or `"category"`, as the index of a label.
        labels: the names of the categories; empty for other kinds.
        is_class: whether it holds the samples' classes. Defaults to `False`.
    """

    name: str
    kind: Literal["number", "date", "category"] = attrs.field(default="number", validator=validators.in_(KINDS))
    labels: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    is_class: bool = attrs.field(default=False, kw_only=True)

    @property
    def is_category(self) -> bool:
        """Whether its values are indices of labels, which have no order."""
        return self.kind == "category"


def _columns(values: Iterable[Column]) -> tuple[Column, ...]:
    return tuple(values)


def _float64(values: Any) -> npt.NDArray[Any]:
    return np.asarray(values, np.float64)


@attrs.frozen(eq=False)
class Table:
    """Samples as the rows of a table.

    Attributes:
        columns: what the columns hold, in order.
        values: float64 `[N, columns]`; NaN stands for a missing value.

    Raises:
        DataError: the values have another number of columns.
    """

    columns: tuple[Column, ...] = attrs.field(converter=_columns)
    values: npt.NDArray[Any] = attrs.field(converter=_float64)

    def __attrs_post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] != len(self.columns):
            raise DataError(f"a table of {len(self.columns)} columns cannot have values of shape {self.values.shape}")

    def with_classes(self, labels: npt.NDArray[Any], names: Sequence[str], count: int) -> Table:
        """Adds a column of the samples' classes.

        Args:
            labels: int `[N]`.
            names: the names of the classes; numbers stand for those without a name.
            count: the number of classes.
        """
        classes = Column("class", "category", [*names, *map(str, range(len(names), count))], is_class=True)
        return Table((*self.columns, classes), np.column_stack([self.values, labels]))


def table_of_blocks(samples: npt.NDArray[Any], blocks: Sequence[Block]) -> Table:
    """Reads samples by their blocks: one-hot blocks are categories, all other values are numbers.

    Args:
        samples: `[N, F]`.
        blocks: what the values are; at least one block.
    """
    columns: list[Column] = []
    values, start = [], 0
    names = [block.name for block in blocks]
    for place, block in enumerate(blocks):
        part = samples[:, start : start + block.size]
        start += block.size
        if block.one_hot:
            labels = block.labels or tuple(map(str, range(block.size)))
            # A number within a mode follows the choice of the mode, under the same name.
            name = f"{block.name} (mode)" if block.name in names[place + 1 :] else block.name
            columns.append(Column(name, "category", labels))
            values.append(part.argmax(axis=1).astype(np.float64))
            continue
        several = block.size > 1
        columns += [Column(f"{block.name}[{index}]" if several else block.name) for index in range(block.size)]
        values += list(part.T.astype(np.float64))
    return Table(columns, np.stack(values, axis=1))
