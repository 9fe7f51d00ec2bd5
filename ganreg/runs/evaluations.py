"""Evaluates a GAN during training: writes `evaluations.csv` and keeps the best checkpoint."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganreg.checkpoints.folder import CheckpointFolder
from ganreg.contract.callbacks import Recorder
from ganreg.errors import DataError, GanregWarning
from ganreg.evaluation.evaluating import Evaluation
from ganreg.evaluation.scores import Score, column_names
from ganreg.files.layout import EVALUATIONS
from ganreg.files.rows import Rows
from ganreg.runs.record import EvaluationPlan

if TYPE_CHECKING:
    from ganreg.gan import GAN


class Evaluations(Recorder):
    """Appends a row of scores to `evaluations.csv` at fixed intervals, and keeps the best checkpoint by one score.

    A row depends on its iteration alone, so that a resumed run writes the same rows as an uninterrupted one. If the
    samples cannot be evaluated, for example because the training diverged, the row is empty and the training continues.

    Args:
        gan: the GAN in training.
        folder: the run's folder.
        plan: the metrics, their settings and the interval.
        checkpoints: keeps the best checkpoint.

    Raises:
        DataError, UnknownComponentError, SpecError: the metrics or the feature extractor do not suit the data; raised
            before training starts.
    """

    name = "evaluations"

    def __init__(self, gan: GAN, folder: Path, plan: EvaluationPlan, checkpoints: CheckpointFolder) -> None:
        super().__init__()
        self.every = plan.every
        self._gan, self._checkpoints = gan, checkpoints
        self._evaluation = Evaluation(
            gan, plan.metrics or None, features=plan.features, samples=plan.samples, seed=plan.seed
        )
        self._best = self._evaluation.choose(plan.best)
        self._rows = Rows(folder / EVALUATIONS, durable=True)
        self._columns: list[str] = []

    def state(self) -> Any:
        """Returns the length of the file and its columns."""
        return {"bytes": self._rows.bytes, "columns": self._columns}

    def restore(self, state: Any) -> None:
        """Continues the file at its length at the checkpoint, to which it is cut when the training begins.

        If rows are missing, this warns, and a new file is started.
        """
        size, self._columns = (0, []) if state is None else (int(state["bytes"]), list(state["columns"]))
        if not self._rows.plan_cut(size):
            warnings.warn(
                f"{self._rows.path} is missing or shorter than at the checkpoint; its earlier rows are lost, and a new "
                "file is started",
                GanregWarning,
                stacklevel=2,
            )
            self._rows.plan_cut(0)
            self._columns = []

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Cuts the file to where it continues."""
        self._rows.carry_out()

    def on_iteration(self, iteration: int) -> None:
        """Evaluates the GAN after an iteration."""
        try:
            scores = self._evaluation.scores(self._gan)
        except DataError as error:
            warnings.warn(f"cannot evaluate iteration {iteration}: {error}", GanregWarning, stacklevel=2)
            scores = []
        self._write(iteration, scores)
        for score in scores:
            if (score.metric, score.name) == self._best and score.lower_is_better is not None:
                self._checkpoints.keep_best(score.value, score.name, lower_is_better=score.lower_is_better)

    def _write(self, iteration: int, scores: list[Score]) -> None:
        named = dict(zip(column_names(scores), (score.value for score in scores), strict=True))
        header = []
        if named and not self._columns:
            self._columns = list(named)
            header = [["iteration", *self._columns]]
        cells = [f"{named[name]:.9g}" if math.isfinite(named.get(name, math.nan)) else "" for name in self._columns]
        if self._columns:
            self._rows.append([*header, [iteration, *cells]])
