"""A finding, and for how long its signs must last. Importable without TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from ganreg.engine.health.evidence import Evidence, Snapshot

_SHARE = 0.15
"""The share of the training over which signs must last."""
_LEAST = 3
"""Snapshots with samples that must show them."""
_AFTER = 0.3
"""The share of the training before which samples may be poor."""


@attrs.frozen
class Finding:
    """Something that goes wrong in a training.

    Attributes:
        iteration: iterations done when it was found.
        name: kebab-case.
        message: what was seen, in plain words.
        hint: what to try.
    """

    iteration: int
    name: str
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.name} after {self.iteration} iterations: {self.message}; {self.hint}"


def lasting(evidence: Evidence) -> Sequence[Snapshot]:
    """Returns the snapshots that must all show the signs of a finding; none while it is too early."""
    if evidence.iteration < _AFTER * evidence.steps:
        return ()
    return evidence.recent(_SHARE, _LEAST)
