"""Diagnosing tables and classes: columns that are nearly constant, missing categories, labels without effect."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from ganreg.engine.advice import more_steps, other_rate
from ganreg.engine.health.column_use import ColumnUse
from ganreg.engine.health.evidence import Evidence
from ganreg.engine.health.finding import Finding, lasting
from ganreg.engine.players import Players
from ganreg.engine.remedies import MODE_COLLAPSE, alternatives, remedies

_UNUSED = 0.05
"""Labels are ignored if the classes' means are less than this fraction as far apart as those of real samples."""
_NAMED = 3
"""The number of columns or categories that a message names."""


def swallowed_column(evidence: Evidence, _: Players) -> Finding | None:
    """A column is nearly constant, although it is not in real rows."""
    columns = _in_all([use.swallowed for use in _column_uses(evidence)])
    if not columns:
        return None
    one = len(columns) == 1
    return Finding(
        evidence.iteration,
        "column-swallowed",
        f"{'column' if one else 'columns'} {_listed(columns)} {'has' if one else 'have'} nearly the same value in all "
        "generated rows, although real rows differ",
        f"try {alternatives([*remedies(MODE_COLLAPSE), 'a larger --batch-size'])}, or more training",
    )


def missing_category(evidence: Evidence, players: Players) -> Finding | None:
    """A category of real rows is not generated."""
    categories = _in_all([use.missing for use in _column_uses(evidence)])
    if not categories:
        return None
    return Finding(
        evidence.iteration,
        "category-missing",
        f"no generated row has {_listed(categories, 'or')}, although real rows do",
        f"try {alternatives([*remedies(MODE_COLLAPSE), other_rate(players, 'generator', 0.5)])}, or more training; a "
        "column of classes can be the dataset's label, which a conditional generator makes as often as you ask for",
    )


def ignored_labels(evidence: Evidence, players: Players) -> Finding | None:
    """Generated samples of different classes are the same on average, although real ones are not."""
    snapshots = lasting(evidence)
    uses = [use for snapshot in snapshots if (use := snapshot.label_use)]
    if not snapshots or len(uses) < len(snapshots):
        return None
    if not all(use.is_clear and use.generated < _UNUSED * use.real for use in uses):
        return None
    return Finding(
        evidence.iteration,
        "ignores-its-labels",
        "generated samples of different classes are the same on average, although real ones differ: the generator "
        "ignores its labels",
        f"try a discriminator that uses the labels more, {more_steps(players, 'discriminator')}, or "
        f"{other_rate(players, 'discriminator', 2.0)}",
    )


def _column_uses(evidence: Evidence) -> list[ColumnUse]:
    """The measurements that must all show a finding; none if samples are not rows, or if it is too early."""
    snapshots = lasting(evidence)
    found = [use for snapshot in snapshots if (use := snapshot.column_use)]
    return found if len(found) == len(snapshots) else []


def _in_all(lists: Sequence[Sequence[str]]) -> list[str]:
    """What all lists contain, in the order of the last one."""
    if not lists:
        return []
    common = reduce(set.intersection, map(set, lists))
    return [one for one in lists[-1] if one in common]


def _listed(names: Sequence[str], word: str = "and") -> str:
    if len(names) > _NAMED:
        return f"{', '.join(names[:_NAMED])} {word} {len(names) - _NAMED} more"
    *others, last = names
    return f"{', '.join(others)} {word} {last}" if others else last
