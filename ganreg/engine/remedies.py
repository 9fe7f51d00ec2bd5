"""Which components to suggest against a problem: those that declare it. Importable without TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence

from ganreg.contract.kinds import KINDS
from ganreg.plugins.registry import Registry, registry

MISSING_SOURCES = "missing-sources"
"""The game makes samples from sources, which the data do not have."""
MISSING_PAIRS = "missing-pairs"
"""The game needs the source of each sample, but the data are not paired."""
UNBOUNDED_SLOPE = "unbounded-slope"
"""The loss needs a discriminator of bounded slope, and nothing bounds it."""
MISSING_ENERGY = "missing-energy"
"""The loss needs a discriminator whose logits are minus an energy."""
MODE_COLLAPSE = "mode-collapse"
"""The generator covers a part of the data only."""
STRONG_DISCRIMINATOR = "strong-discriminator"
"""The discriminator makes no mistakes, so the generator learns nothing from it."""
DIVERGENCE = "divergence"
"""A loss or a gradient grows without bound."""


def remedies(problem: str, known: Registry | None = None) -> list[str]:
    """The options that add the components which declare themselves to remedy a problem, such as `["-r r1"]`.

    Args:
        problem: such as `"mode-collapse"`; see `Component.remedies`.
        known: the registry to look them up in. Defaults to that of the installed plugins.
    """
    known = known or registry()
    return [f"{KINDS[entry.kind].options[0]} {known.name_of(entry)}" for entry in known.remedies(problem)]


def such_as(problem: str) -> str:
    """The remedies of a problem as the end of an advice: `, such as -r r1 or -r r2`; empty where there are none."""
    found = alternatives(remedies(problem))
    return f", such as {found}" if found else ""


def alternatives(options: Sequence[str]) -> str:
    """Choices in words: `a`, `a or b`, `a, b or c`; empty where there are none."""
    *others, last = options or [""]
    return f"{', '.join(others)} or {last}" if others else last
