"""Generates rows of a table that satisfy wishes: by a trained condition, and by leaving out what does not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from ganreg.contract.datasets import Dataset
from ganreg.data.arrays import Array
from ganreg.data.columns import Column, Table, table_of_blocks
from ganreg.data.wishes import Wish, all_fit, as_wishes
from ganreg.engine.attribution import attributed
from ganreg.engine.players import Players
from ganreg.engine.sampling import fresh_seed, refuse_uncountable
from ganreg.errors import DataError

_MOST_DRAWN, _LEAST_DRAWN = 200, 100_000
"""So many rows are generated for each one that is wanted before the search is given up; in all at least the second."""
_AT_ONCE = 20_000


@attrs.frozen(eq=False)
class Rows:
    """Generated rows of a table.

    Attributes:
        samples: `[N, *shape]`.
        labels: int32 `[N]`, their classes; `None` if the generator takes none.
    """

    samples: Array
    labels: Array | None


def draw_rows(players: Players, count: int, where: Any = (), *, seed: int | None = None, average: bool = True) -> Rows:
    """Generates rows that satisfy all wishes.

    The rarest wish that is a class of the generator becomes the label; what else is wished decides which of the
    generated rows are kept.

    Args:
        players: the trained networks.
        count: the number of rows.
        where: wishes, such as `fraud=yes` or `age>=40`, one or several. Defaults to none.
        seed: the random seed. Defaults to a fresh one.
        average: whether to use the moving average of the generator. Defaults to `True`.

    Raises:
        DataError: there is no such column or category, the samples are not rows of a table, or too few of the
            generated rows satisfy the wishes.
    """
    refuse_uncountable(count, "rows")
    wishes, seed = as_wishes(where), fresh_seed() if seed is None else seed
    if not wishes:
        labels = players.draw_labels(count, seed=seed)
        return Rows(players.generate(count, seed=seed, labels=labels, average=average), labels)
    columns = _columns(players)
    label = _label_of(players, wishes, columns)
    samples: list[Array] = []
    classes: list[Array] = []
    found, drawn, limit = 0, 0, max(_MOST_DRAWN * count, _LEAST_DRAWN)
    while found < count and drawn < limit:
        rate = max(found, 1) / max(drawn, 1)
        wanted = count if not drawn else int(1.2 * (count - found) / rate) + 16
        size = min(wanted, _AT_ONCE, limit - drawn)
        own = int(np.random.SeedSequence([seed, drawn]).generate_state(1)[0])
        drawn_labels = players.draw_labels(size, seed=own)
        if label is not None:
            drawn_labels = np.full(size, label, np.int32)
        made = players.generate(size, seed=own, labels=drawn_labels, average=average)
        fitting = all_fit(wishes, table_of(players, made, drawn_labels))
        samples.append(made[fitting])
        classes += [] if drawn_labels is None else [drawn_labels[fitting]]
        found, drawn = found + int(fitting.sum()), drawn + size
    if found < count:
        raise DataError(_too_few(players, wishes, columns, found, drawn, count))
    return Rows(np.concatenate(samples)[:count], np.concatenate(classes)[:count] if classes else None)


def columns_of(players: Players, rows: Rows) -> Mapping[str, Sequence[Any]]:
    """Rows as the dataset writes them: the values by the name of the column.

    Raises:
        DataError: the dataset has no columns.
    """
    source = players.assembly.source
    written = None
    if isinstance(source, Dataset):
        with attributed(f"dataset '{type(source).__name__}'", "columns"):
            written = source.columns(rows.samples, rows.labels)
    if written is None:
        raise DataError("the samples are not rows of a file's table; use generate() instead")
    return written


def table_of(players: Players, samples: Array, labels: Array | None) -> Table:
    """Samples as a table of numbers.

    Args:
        players: what made them.
        samples: `[N, *shape]`.
        labels: int `[N]`, their classes, or `None`.

    Raises:
        DataError: they are not the rows of a table.
    """
    source, data = players.assembly.source, players.assembly.networks[players.assembly.game.makes].data
    if isinstance(source, Dataset):
        with attributed(f"dataset '{type(source).__name__}'", "table"):
            table = source.table(samples, labels)
        if table is not None:
            return table
    if not data.blocks or len(data.shape) != 1:
        raise DataError("these samples are not rows of a table, so no columns can be asked for; leave the wishes out")
    table = table_of_blocks(samples, data.blocks)
    if labels is None or data.conditions:
        return table
    return table.with_classes(labels, players.classes.names, data.num_classes or 0)


def _columns(players: Players) -> Sequence[Column]:
    """What the columns of generated rows hold."""
    labels = players.draw_labels(1, seed=0)
    return table_of(players, players.generate(1, seed=0, labels=labels), labels).columns


def _label_of(players: Players, wishes: Sequence[Wish], columns: Sequence[Column]) -> int | None:
    """The class that the generator is given; `None` if no wish is one. Checks all wishes."""
    data, found = players.assembly.data, []
    for wish in wishes:
        column = columns[wish.column_in(columns)]
        if not players.assembly.generator.conditional or wish.sign != "=":
            continue
        if column.is_class:
            found.append(column.labels.index(wish.value))
        elif wish.column in data.conditions:
            found += [number for number, other in _classes(players, wish.column).items() if _same(other, wish.value)]
    shares = players.classes.known_shares
    return min(found, key=lambda number: shares[number] if shares else 0.0) if found else None


def _classes(players: Players, name: str) -> Mapping[int, str]:
    """The categories of a condition by the numbers of their classes."""
    conditions = players.assembly.data.conditional_on
    place = [block.name for block in conditions.blocks].index(name)
    block, first = conditions.blocks[place], conditions.firsts[place]
    return dict(enumerate(block.labels or map(str, range(block.size)), first))


def _same(one: str, other: str) -> bool:
    """Whether texts are the same category, which may be a number."""
    try:
        return float(one) == float(other)
    except ValueError:
        return one == other


def _too_few(
    players: Players, wishes: Sequence[Wish], columns: Sequence[Column], found: int, drawn: int, count: int
) -> str:
    conditions = players.assembly.data.conditions if players.assembly.generator.conditional else ()
    categories = {column.name for column in columns if column.is_category and not column.is_class}
    new = [wish.column for wish in wishes if wish.sign == "=" and wish.column in categories.difference(conditions)]
    remedy = "ask for fewer rows, or for less"
    if new:
        names = ",".join(dict.fromkeys([*conditions, *new]))
        remedy = f"train with conditions=[{names}], so that such rows are generated, or ask for fewer"
    wished = " and ".join(map(str, wishes))
    return f"only {found} of {drawn} generated rows satisfy {wished}, but {count} were asked for; {remedy}"
