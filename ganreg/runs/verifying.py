"""Trains a run's recipe again and compares the results."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import attrs
import keras

from ganreg.checkpoints.run_folder import require_run
from ganreg.checkpoints.starting import restore_start
from ganreg.engine.variables import weights_hash
from ganreg.errors import RunError
from ganreg.files.layout import METRICS
from ganreg.runs.loading import rebuild
from ganreg.runs.metrics_file import MetricsFile
from ganreg.runs.record import Record, conditions_of, differences, doubts


@attrs.frozen
class Verdict:
    """The result of training a run's recipe again.

    Attributes:
        same: whether the weights and all rows of `metrics.csv` are bit-identical.
        weights: the SHA-256 hash of the new weights.
        reason: the first difference; empty if there is none.
        changes: the conditions that have changed.
    """

    same: bool
    weights: str
    reason: str
    changes: Sequence[str]


class ComparedMetrics(MetricsFile):
    """A metrics file that is compared with another row by row; the first row that differs stops the training.

    Args:
        path: the file to write.
        columns: the names of the logs, in order.
        original: the rows to compare with, including the header.

    Attributes:
        difference: describes the first row that differs; empty if there is none.
    """

    def __init__(self, path: Path, columns: list[str], original: Sequence[str]) -> None:
        super().__init__(path, columns)
        self._original, self._compared, self._before = original, 0, 0
        self.difference = ""

    def _write(self, rows: list[list[object]]) -> None:
        for row in rows:
            text = ",".join(str(value) for value in row)
            was = self._original[self._compared] if self._compared < len(self._original) else ""
            if text != was and not self.difference:
                self.difference = self._described(row, was.split(","))
                self.model.stop_training = True
            self._compared += 1
            if self._compared > 1:
                self._before = int(str(row[0]))
        super()._write(rows)

    def _described(self, row: list[object], was: list[str]) -> str:
        if self._compared == 0:
            return "metrics.csv has different columns"
        first, last = self._before + 1, row[0]
        where = f"update {last}" if first == last else f"updates {first} to {last}"
        if was == [""]:
            return f"{where}: metrics.csv has no row for it"
        for name, value, old in zip(["iteration", *self._columns], map(str, row), was, strict=False):
            if value != old:
                return f"{where}: {name} is {value or 'empty'}, was {old or 'empty'}"
        return f"{where}: the rows have different lengths"


def verify(path: str | Path, *, callbacks: Sequence[keras.callbacks.Callback] = ()) -> Verdict:
    """Trains a run's recipe again from its seed, in a temporary folder with the same execution, and compares.

    Args:
        path: the folder of a run that has done its steps.
        callbacks: Keras callbacks, such as a progress bar.

    Raises:
        RunError: the folder holds no run, the run is not finished, or its recipe alone does not reproduce it.
    """
    path = Path(path)
    require_run(path)
    record = Record.read(path)
    if record.result is None or record.execution is None:
        raise RunError(f"{path} has not done its steps yet; finish it first: ganreg resume {path}")
    for change in record.changes:
        raise RunError(
            f"{path} was continued with changes at iteration {change.iteration} ({'; '.join(change.what)}), "
            "so its recipe alone does not reproduce it"
        )
    try:
        original = (path / METRICS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RunError(f"cannot read {path / METRICS}: {error}") from error
    gan = rebuild(path)
    if record.plan.sync_batch_norm:
        gan.synchronize_batch_norm()
    if record.start is not None:
        restore_start(gan.players, path)
    data = gan.load_data()
    now = conditions_of(gan, data)
    changes = [*differences(record.conditions, now), *doubts(record.conditions, now)]
    with tempfile.TemporaryDirectory(prefix="ganreg-verify-") as scratch:
        metrics = ComparedMetrics(Path(scratch) / METRICS, gan.log_names, original)
        gan.fit(
            data,
            steps=record.result.iterations,
            verbose=0,
            callbacks=[metrics, *callbacks],
            execution=record.execution,
        )
    if gan.execution != record.execution:
        changes.append(f"execution: {gan.execution}, was {record.execution}")
    weights = weights_hash(gan.players)
    same = weights == record.result.weights and not metrics.difference
    reason = metrics.difference or "the weights differ, although all rows of metrics.csv are the same"
    return Verdict(same, weights, "" if same else reason, changes)
