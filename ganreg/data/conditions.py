"""Conditions: columns of a table whose categories are the classes, so that a row belongs to one class of each column.

This is the conditional vector of CTGAN with its training by sampling (Xu et al. 2019, arXiv:1907.00503, section 4.3),
presented to the rest of the library as classes: each pair of a column and a category is one. Networks that take labels,
`--label` and the shares by which labels are drawn then need to know nothing about tables.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from ganreg.data.blocks import Block
from ganreg.errors import DataError, did_you_mean
from ganreg.lazy import lazy_module

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[Any]
else:
    np = lazy_module("numpy")  # descriptions of data, and so listings, do without it


def as_condition_names(values: Iterable[str]) -> tuple[str, ...]:
    """The names of conditions as a tuple.

    Raises:
        DataError: they are not a list of texts, or a text is given twice.
    """
    names = (values,) if isinstance(values, str) else tuple(values)
    if not all(isinstance(name, str) for name in names):
        raise DataError("conditions must be a list of text, the names of one-hot blocks")
    if len(set(names)) != len(names):
        raise DataError(f"a condition is given twice in {', '.join(names)}; leave one of them out")
    return names


@attrs.frozen
class Conditions:
    """One-hot blocks whose values are the classes, numbered through in the order of the conditions.

    Attributes:
        blocks: the blocks.
        starts: the place of each block's first value in a sample.
    """

    blocks: tuple[Block, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, blocks: Sequence[Block], names: Sequence[str]) -> Conditions:
        """Finds the blocks of conditions.

        Args:
            blocks: all blocks of a sample, in order.
            names: the names of the conditions; the first one-hot block of a name counts.

        Raises:
            DataError: there is no such block, or it is not one-hot.
        """
        found: dict[str, tuple[Block, int]] = {}
        start = 0
        for block in blocks:
            if block.one_hot:
                found.setdefault(block.name, (block, start))
            start += block.size
        for name in names:
            if name not in found:
                numbers = name in {block.name for block in blocks}
                problem = "is a number, which has no categories" if numbers else "does not exist"
                raise DataError(f"condition '{name}' {problem}; {did_you_mean(name, list(found))}")
        return cls(tuple(found[name][0] for name in names), tuple(found[name][1] for name in names))

    @property
    def number(self) -> int:
        """The number of classes."""
        return sum(block.size for block in self.blocks)

    @property
    def firsts(self) -> tuple[int, ...]:
        """The number of each condition's first class."""
        return tuple(itertools.accumulate((block.size for block in self.blocks[:-1]), initial=0))[: len(self.blocks)]

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the classes, such as `fraud=yes`."""
        return tuple(
            f"{block.name}={label}"
            for block in self.blocks
            for label in (block.labels or tuple(map(str, range(block.size))))
        )

    @property
    def places(self) -> tuple[int, ...]:
        """The place in a sample of each class's value."""
        return tuple(
            start + value for block, start in zip(self.blocks, self.starts, strict=True) for value in range(block.size)
        )

    def classes_of(self, samples: Array) -> Array:
        """The classes that samples belong to, one of each condition.

        Args:
            samples: `[N, width]`.

        Returns:
            int32 `[N, conditions]`.
        """
        members = np.empty((len(samples), len(self.blocks)), np.int32)
        for column, (block, start, first) in enumerate(zip(self.blocks, self.starts, self.firsts, strict=True)):
            members[:, column] = samples[:, start : start + block.size].argmax(axis=1) + first
        return members
