"""Judging a training as it goes by: `evaluations.csv`, and the best checkpoint."""

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
    """Appends a row of scores to `evaluations.csv` every so many iterations, and keeps the best checkpoint by one.

    A row is that of its iteration alone, so that a resumed run has the rows of one that was never interrupted. Where
    the samples cannot be judged, as those of a training that diverged, the row is empty and the training goes on.

    Args:
        gan: what is trained.
        folder: the run's folder.
        plan: what is judged, how and when.
        checkpoints: keeps the best one.

    Raises:
        DataError, UnknownComponentError, SpecError: the metrics or features do not fit, before anything is trained.
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
        """How long the file is, and its columns."""
        return {"bytes": self._rows.bytes, "columns": self._columns}

    def restore(self, state: Any) -> None:
        """Cuts the file back to where it was; warns where rows are lost, and begins it anew."""
        size, self._columns = (0, []) if state is None else (int(state["bytes"]), list(state["columns"]))
        if not self._rows.cut(size):
            warnings.warn(
                f"{self._rows.path} is shorter than it was or missing; its rows so far are lost, and it begins anew",
                GanregWarning,
                stacklevel=2,
            )
            self._rows.cut(0)
            self._columns = []

    def on_iteration(self, iteration: int) -> None:
        """Judges the GAN as it is after an iteration."""
        try:
            scores = self._evaluation.scores(self._gan)
        except DataError as error:
            warnings.warn(f"iteration {iteration} cannot be judged: {error}", GanregWarning, stacklevel=2)
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
