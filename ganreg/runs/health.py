"""The health monitor of a run: what it finds is written down, and what it has seen goes into checkpoints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import cattrs

from ganreg.contract.callbacks import Recorder
from ganreg.data.arrays import Array
from ganreg.engine.health.evidence import Snapshot
from ganreg.engine.health.findings import Finding
from ganreg.engine.health.monitor import HealthMonitor
from ganreg.engine.players import Players
from ganreg.files.layout import HEALTH
from ganreg.files.writing import cannot_write

_SNAPSHOTS = "looks"
"""What snapshots are called in checkpoints, which earlier versions wrote too."""


class RecordedHealth(HealthMonitor, Recorder):
    """A monitor that appends what it finds to a run's `health.jsonl`, and does not say again what that names.

    Args:
        players: what is trained.
        real: real samples `[N, *shape]`.
        folder: the run's folder.
        steps: the number of iterations at which training will end.
        stops: whether to end the training at a finding.
    """

    name = "health"

    def __init__(self, players: Players, real: Array, folder: Path, *, steps: int, stops: bool = False) -> None:
        super().__init__(players, real, steps=steps, stops=stops)
        self._path = folder / HEALTH
        self.known |= {finding.name for finding in findings_of(folder)}

    def state(self) -> Any:
        """What it has seen, and what the generator was at first."""
        return {"norm": self.first_norm, _SNAPSHOTS: [attrs.asdict(snapshot) for snapshot in self.snapshots]}

    def restore(self, state: Any) -> None:
        """Goes on with what it had seen at a checkpoint; with nothing where that does not say."""
        try:
            snapshots, norm = cattrs.structure(state[_SNAPSHOTS], list[Snapshot]), float(state["norm"])
        except (KeyError, TypeError, ValueError, cattrs.BaseValidationError):
            return
        self.go_on(snapshots, norm)

    def on_finding(self, finding: Finding) -> None:
        """Says it, and writes it down.

        Raises:
            RunError: it cannot be written.
        """
        super().on_finding(finding)
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(attrs.asdict(finding), ensure_ascii=False) + "\n")
        except OSError as error:
            raise cannot_write(self._path, error) from error


def findings_of(folder: Path) -> list[Finding]:
    """What a run's `health.jsonl` holds, oldest first; a line that was cut off is passed over."""
    path = folder / HEALTH
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    found = []
    for line in text.splitlines():
        try:
            found.append(Finding(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return found
