"""The health monitor of a run: records its findings in `health.jsonl` and its snapshots in checkpoints."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any, BinaryIO

import attrs
import cattrs

from ganreg.contract.callbacks import Recorder
from ganreg.data.arrays import Array
from ganreg.engine.health.evidence import Snapshot
from ganreg.engine.health.finding import Finding
from ganreg.engine.health.monitor import HealthMonitor
from ganreg.engine.players import Players
from ganreg.files.layout import HEALTH
from ganreg.files.opening import UnreadableError, open_to_change
from ganreg.files.values import read_json_objects
from ganreg.files.writing import cannot_write

_SNAPSHOTS = "looks"
"""The key of snapshots in checkpoints; it stays, so that checkpoints of earlier versions can be read."""


class RecordedHealth(HealthMonitor, Recorder):
    """A monitor that appends its findings to a run's `health.jsonl` and does not repeat those already recorded there.

    Args:
        players: the players in training.
        real: real samples `[N, *shape]`.
        folder: the run's folder.
        steps: the number of iterations at which training will end.
        stops: whether a finding ends the training.
        labels: the classes of the real samples `[N]`, if they are known.
    """

    name = "health"

    def __init__(
        self,
        players: Players,
        real: Array,
        folder: Path,
        *,
        steps: int,
        stops: bool = False,
        labels: Array | None = None,
    ) -> None:
        super().__init__(players, real, steps=steps, stops=stops, labels=labels)
        self._path = folder / HEALTH
        self.known |= {finding.name for finding in findings_of(folder)}

    def state(self) -> Any:
        """Returns the snapshots and the initial norm of the generator."""
        return {"norm": self.first_norm, _SNAPSHOTS: [attrs.asdict(snapshot) for snapshot in self.snapshots]}

    def restore(self, state: Any) -> None:
        """Restores the snapshots of a checkpoint; ignores a malformed state."""
        try:
            snapshots, norm = cattrs.structure(state[_SNAPSHOTS], list[Snapshot]), float(state["norm"])
        except (KeyError, TypeError, ValueError, cattrs.BaseValidationError):
            return
        self.go_on(snapshots, norm)

    def on_finding(self, finding: Finding) -> None:
        """Reports and records a finding.

        Raises:
            RunError: the file cannot be written.
        """
        super().on_finding(finding)
        try:
            with open_to_change(self._path, make=True) as file:
                # A process that was killed while it wrote may have left a line without its end.
                start = "\n" if _is_torn(file) else ""
                file.seek(0, os.SEEK_END)
                text = f"{start}{json.dumps(attrs.asdict(finding), ensure_ascii=False)}\n"
                file.write(text.encode("utf-8", "replace"))
        except OSError as error:
            raise cannot_write(self._path, error) from error


def _is_torn(file: BinaryIO) -> bool:
    """Whether the last line of a file has no end."""
    if file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"


def findings_of(folder: Path) -> list[Finding]:
    """Returns the findings in a run's `health.jsonl`, oldest first; skips incomplete lines."""
    path, found = folder / HEALTH, []
    try:
        lines = read_json_objects(path, within=folder)
    except UnreadableError:
        return []
    for line in lines:
        with contextlib.suppress(TypeError):
            found.append(Finding(**line))
    return found
