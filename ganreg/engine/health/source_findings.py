"""Diagnosing a translation: whether it ignores its sources, or copies them."""

from __future__ import annotations

from ganreg.engine.advice import more_steps, other_rate
from ganreg.engine.health.evidence import Evidence
from ganreg.engine.health.finding import Finding, lasting
from ganreg.engine.health.source_use import SourceUse
from ganreg.engine.players import Players

_SAME = 0.05
"""The variance, relative to the real samples', below which translations of different sources are nearly the same."""
_UNRELATED = 0.98
"""Translations are unrelated to their sources if their own true samples are hardly closer to them than others are."""
_UNCHANGED = 0.05
"""The distance from its source below which a translation is a copy, in units of the real samples' spread."""
_SHARE_OF_NEEDED = 0.1
"""The same for pairs: the share of the distance between a source and its true sample."""


def ignored_source(evidence: Evidence, players: Players) -> Finding | None:
    """The translations do not depend on their sources."""
    uses = _uses(evidence)
    if not uses:
        return None
    if all(use.spread < _SAME for use in uses):
        seen = f"translations of different sources differ by {max(use.spread for use in uses):.1%} of the variance of "
        seen += "real samples"
    elif all(use.match is not None and use.match > _UNRELATED for use in uses):
        seen = "the translations are no closer to their own true samples than to those of other sources"
    else:
        return None
    return Finding(
        evidence.iteration,
        "ignores-its-source",
        f"{seen}: the generator ignores its sources",
        f"try larger weights of {_terms(players)}, "
        f"{other_rate(players, 'generator', 0.5)}, or a translator with skip connections",
    )


def copied_source(evidence: Evidence, players: Players) -> Finding | None:
    """The translations are copies of their sources."""
    uses = _uses(evidence)
    if not uses or not all(_is_copy(use) for use in uses):
        return None
    changes = [use.change for use in uses if use.change is not None]
    return Finding(
        evidence.iteration,
        "copies-its-source",
        f"the translations are within {max(changes):.1%} of the real samples' spread from their sources: the "
        "generator copies its sources",
        f"try smaller weights of {_terms(players)}, "
        f"{more_steps(players, 'discriminator')}, or {other_rate(players, 'discriminator', 2.0)}",
    )


def _terms(players: Players) -> str:
    game = players.recipe.game
    shown = f" (ganreg show game {game.name})" if game else ""
    return f"the terms that bind a translation to its source{shown}"


def _uses(evidence: Evidence) -> list[SourceUse]:
    """The measurements that must all show a finding; none if samples are not translations, or if it is too early."""
    snapshots = lasting(evidence)
    found = [use for snapshot in snapshots if (use := snapshot.source_use)]
    return found if len(found) == len(snapshots) else []


def _is_copy(use: SourceUse) -> bool:
    if use.change is None:
        return False
    return use.change < (_UNCHANGED if use.needed is None else _SHARE_OF_NEEDED * use.needed)
