"""Blocks: the values of a sample that belong together, such as those of one column of a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ganreg.errors import DataError


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    if isinstance(values, str):
        raise DataError("the labels of a block must be a list of text")
    return tuple(map(str, values))


@attrs.frozen
class Block:
    """Neighbouring values on the last axis of a sample.

    A block is one-hot, or its values are numbers of their own. In a one-hot block of real samples, one value is the
    greatest of the data's range and the others are the least. Blocks of the same name belong together, such as the
    choice of a mode and the place within it.

    Attributes:
        name: what the values describe, such as a column's name.
        size: the number of values.
        one_hot: whether exactly one of the values is chosen. Defaults to `False`.
        labels: what each value of a one-hot block stands for, if that has a name. Defaults to none.

    Raises:
        DataError: the size is not positive, or labels are given for numbers or do not match the size.
    """

    name: str
    size: int
    one_hot: bool = attrs.field(default=False, kw_only=True)
    labels: tuple[str, ...] = attrs.field(default=(), converter=_texts, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.size < 1:
            raise DataError(f"block '{self.name}' must have at least one value, got {self.size}")
        if self.labels and not (self.one_hot and len(self.labels) == self.size):
            raise DataError(
                f"block '{self.name}' has {self.size} values and {len(self.labels)} labels; only a one-hot block has "
                "labels, one for each value"
            )

    def as_plain(self) -> dict[str, Any]:
        """The block as plain values, without those that have their default."""
        table: dict[str, Any] = {"name": self.name, "size": self.size}
        table |= {"one_hot": True} if self.one_hot else {}
        return table | ({"labels": list(self.labels)} if self.labels else {})


def as_blocks(values: Iterable[Block | Mapping[str, Any]]) -> tuple[Block, ...]:
    """Blocks from blocks, or from what `Block.as_plain` returned.

    Raises:
        DataError: one of the values is something else.
    """
    try:
        return tuple(value if isinstance(value, Block) else Block(**value) for value in values)
    except TypeError as error:
        raise DataError(f"blocks must be a list of Block: {error}") from error


def refuse_other_width(blocks: tuple[Block, ...], shape: tuple[int, ...]) -> None:
    """Checks that blocks, if there are any, cover the last axis of a sample.

    Args:
        blocks: the blocks in order.
        shape: one sample's shape.

    Raises:
        DataError: they do not.
    """
    width = sum(block.size for block in blocks)
    if blocks and width != shape[-1]:
        raise DataError(f"blocks describe {width} values, but the last axis of a sample has {shape[-1]}")
