"""The health monitor of a run: records its findings in `health.jsonl` and its snapshots in checkpoints."""

from __future__ import annotations

import base64
import contextlib
import json
import os
from pathlib import Path
from typing import Any, BinaryIO

import attrs
import cattrs
import numpy as np

from ganreg.contract.callbacks import Recorder
from ganreg.data.arrays import Array
from ganreg.engine.health.evidence import Snapshot
from ganreg.engine.health.finding import Finding
from ganreg.engine.health.monitor import HealthMonitor
from ganreg.engine.players import Players
from ganreg.files.layout import HEALTH
from ganreg.files.opening import UnreadableError, open_to_change, read_bytes
from ganreg.files.values import read_json_objects
from ganreg.files.writing import cannot_write, write_text

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
        self._path, self._folder = folder / HEALTH, folder
        self.known |= {finding.name for finding in self._recorded()}

    def state(self) -> Any:
        """Returns the snapshots, the initial norm of the generator, and what the next snapshot needs."""
        return {
            "norm": self.first_norm,
            _SNAPSHOTS: [attrs.asdict(snapshot) for snapshot in self.snapshots],
            "rows": {name: values.tolist() for name, values in self.rows.items()},
            "samples": None if self.samples is None else _as_text(self.samples),
        }

    def restore(self, state: Any) -> None:
        """Restores the snapshots of a checkpoint; ignores a malformed state."""
        self.known = {finding.name for finding in self._recorded()}
        try:
            snapshots, norm = cattrs.structure(state[_SNAPSHOTS], list[Snapshot]), float(state["norm"])
            rows = {str(name): np.asarray(values, np.float32) for name, values in state.get("rows", {}).items()}
            samples = None if state.get("samples") is None else _as_array(state["samples"])
        except (AttributeError, KeyError, TypeError, ValueError, cattrs.BaseValidationError):
            return
        self.go_on(snapshots, norm, rows=rows, samples=samples)

    def _recorded(self) -> list[Finding]:
        """The findings of iterations that have been done; a run that was killed may have found others later on."""
        return [finding for finding in findings_of(self._folder) if finding.iteration <= self._players.done]

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Removes the findings of iterations that are to be done again, and those that were not written whole."""
        kept = "".join(map(_line, self._recorded()))
        with contextlib.suppress(UnreadableError):
            if read_bytes(self._path, within=self._folder) != kept.encode("utf-8", "replace"):
                write_text(self._path, kept)
        super().on_train_begin(logs)

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
                file.write(f"{start}{_line(finding)}".encode("utf-8", "replace"))
        except OSError as error:
            raise cannot_write(self._path, error) from error


def _line(finding: Finding) -> str:
    return f"{json.dumps(attrs.asdict(finding), ensure_ascii=False)}\n"


def _as_text(samples: Array) -> dict[str, Any]:
    return {"shape": list(samples.shape), "float32": base64.b64encode(samples.astype("<f4").tobytes()).decode()}


def _as_array(text: Any) -> Array:
    return np.frombuffer(base64.b64decode(text["float32"]), "<f4").reshape(text["shape"]).astype(np.float32)


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
