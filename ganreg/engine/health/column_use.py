"""Measures how the columns of generated tables differ from those of real ones. Importable without TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from ganreg.data.arrays import Array
from ganreg.data.blocks import Block

_MOST_ROWS = 20_000
"""The number of real rows in which values are counted."""
_FULL = 0.99
"""Nearly all of a column has one value if that has more than this share."""
_LACKING = 0.2
"""All others are lacking if their share is below this fraction of their share of real rows."""
_NARROW = 0.05
"""A column of numbers is nearly constant if its spread is below this fraction of that of real rows."""
_EXPECTED = 15
"""A value can only be missed if so many of the generated rows should have it: by chance none has it once in a million
times."""

_MOST_NAMED = 50
"""The number of columns and of categories that are remembered."""


@attrs.frozen
class ColumnUse:
    """How the columns of generated rows differ from those of real ones.

    Attributes:
        swallowed: the columns in which one value has taken the place of the others, with that value.
        missing: the categories that are not generated, each as its column and itself.
    """

    swallowed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@attrs.frozen(eq=False)
class _Counted:
    """What is known of a block from real rows.

    Attributes:
        block: the block.
        place: where it is in a row.
        shares: the share of each value of a one-hot block; `None` for numbers.
        spread: the standard deviations of numbers; of a one-hot block followed by the place within the chosen mode,
            that place's among the rows of each mode, which is 0 for a mode of one value.
        within: where that place is in a row; `None` if nothing follows.
    """

    block: Block
    place: slice
    shares: Array | None
    spread: Array
    within: slice | None = None

    def swallowed(self, rows: Array) -> str:
        """The column and the value that has taken the place of all others; empty if none has."""
        part, name = rows[:, self.place], f"'{self.block.name}'"
        if self.shares is None:
            narrow = (self.spread > 0) & (part.std(axis=0) < _NARROW * self.spread)
            return name if narrow.all() else ""
        made = _shares(part)
        greatest = int(made.argmax())
        if not _is_full(self.shares, made, greatest, len(rows)):
            return ""
        if self.within is not None and rows[:, self.within].std() >= _NARROW * self.spread[greatest] > 0:
            return ""  # one mode, but different values within it
        return name + (f" ({self.block.labels[greatest] or 'empty'})" if self.block.labels else "")

    def missing(self, rows: Array) -> list[str]:
        """The categories that are not generated."""
        if self.shares is None or not self.block.labels:
            return []
        lost = (_shares(rows[:, self.place]) == 0) & (self.shares * len(rows) >= _EXPECTED)
        return [f"'{self.block.labels[label] or 'empty'}' of '{self.block.name}'" for label in np.flatnonzero(lost)]


class ColumnReference:
    """The columns of real rows that generated ones are compared with.

    Args:
        real: real rows `[N, F]`, in any order.
        blocks: what the values are; together they cover the rows.
    """

    def __init__(self, real: Array, blocks: Sequence[Block]) -> None:
        chosen = np.linspace(0, len(real) - 1, min(len(real), _MOST_ROWS)).astype(int)
        rows = np.asarray(real)[chosen].astype(np.float64)
        places = _places(blocks)
        self._blocks: list[_Counted] = []
        for index, (block, place) in enumerate(zip(blocks, places, strict=True)):
            part = rows[:, place]
            if not block.one_hot:
                follows = index > 0 and blocks[index - 1].one_hot and blocks[index - 1].name == block.name
                self._blocks += [] if follows else [_Counted(block, place, None, part.std(axis=0))]
                continue
            followed = index + 1 < len(blocks) and blocks[index + 1].name == block.name
            within = places[index + 1] if followed and blocks[index + 1].size == 1 else None
            spread = np.zeros(0) if within is None else _spread_of_each(part, rows[:, within])
            self._blocks.append(_Counted(block, place, _shares(part), spread, within))

    def compare(self, generated: Array) -> ColumnUse:
        """Compares generated rows `[M, F]`."""
        rows = np.asarray(generated, np.float64)
        swallowed, missing = [], []
        for counted in self._blocks:
            found = counted.swallowed(rows)
            swallowed += [found] if found else []
            missing += [] if found else counted.missing(rows)
        return ColumnUse(tuple(dict.fromkeys(swallowed[:_MOST_NAMED])), tuple(missing[:_MOST_NAMED]))


def _spread_of_each(choices: Array, values: Array) -> Array:
    """The standard deviation of values `[N, 1]` among the rows of each choice."""
    chosen = choices.argmax(axis=1)
    return np.array([values[chosen == one].std() if (chosen == one).any() else 0.0 for one in range(choices.shape[1])])


def _is_full(shares: Array, made: Array, greatest: int, rows: int) -> bool:
    """Whether the commonest generated value has taken the place of the others."""
    others = 1 - shares[greatest]
    return bool(made[greatest] > _FULL and others * rows >= _EXPECTED and 1 - made[greatest] < _LACKING * others)


def _places(blocks: Sequence[Block]) -> list[slice]:
    ends = np.cumsum([block.size for block in blocks]).tolist()
    return [slice(end - block.size, end) for block, end in zip(blocks, ends, strict=True)]


def _shares(part: Array) -> Array:
    """The share of the rows in which each value is chosen."""
    shares: Array = np.bincount(part.argmax(axis=1), minlength=part.shape[1]) / len(part)
    return shares
