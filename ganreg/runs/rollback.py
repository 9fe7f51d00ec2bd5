"""Rolls back to the last checkpoint, with lower learning rates, when values are no longer finite."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from ganreg.checkpoints.folder import CheckpointFolder
from ganreg.checkpoints.stored import Manifest
from ganreg.contract.callbacks import Recorder
from ganreg.engine.rates import lower_learning_rates
from ganreg.errors import GanregWarning, NumericalError
from ganreg.runs.record import Change
from ganreg.runs.recording import RecordOfExecution

if TYPE_CHECKING:
    from ganreg.gan import GAN


class Rollbacks(Recorder):
    """Rolls back and lowers the learning rates if the run's plan asks for it.

    `run.toml` lists the rollbacks, and a checkpoint holds how many of them its learning rates include. Both are written
    atomically, so that a run that is killed at any instant resumes with the right learning rates.

    Args:
        gan: the GAN in training.
        record: the run's record.
        folder: the run's folder.
    """

    name = "rollbacks"

    def __init__(self, gan: GAN, record: RecordOfExecution, folder: Path) -> None:
        super().__init__()
        self._gan, self._record, self._folder = gan, record, folder

    def state(self) -> Any:
        """Returns the number of rollbacks that the learning rates include."""
        return len(self._done())

    def restore(self, state: Any) -> None:
        """Applies to a checkpoint's learning rates the rollbacks that came after the checkpoint was written."""
        here, record = self._gan.players.done, self._record.record
        # A rollback to a later iteration has been undone and may occur again.
        kept = [change for change in record.changes if change.rates is None or change.iteration <= here]
        self._record.record = attrs.evolve(record, changes=kept)
        rates = self._done()
        times = math.prod(rates[int(state or 0) :])
        if lower_learning_rates(self._gan.players, times=times, in_all=math.prod(rates)):
            self._gan.programs.forget()

    def _done(self) -> Sequence[float]:
        """The factor by which each rollback multiplied the learning rates."""
        return [change.rates for change in self._record.record.changes if change.rates is not None]

    def go_back(self, error: NumericalError, checkpoints: CheckpointFolder) -> Manifest:
        """Restores the GAN from the last checkpoint. The caller then restores the recorders, including this one.

        Args:
            error: describes the value that is not finite.
            checkpoints: the checkpoints of the run.

        Returns:
            The manifest of the checkpoint.

        Raises:
            NumericalError: the plan is to stop, or the largest number of rollbacks is reached.
            RunError: no checkpoint is intact.
        """
        plan, done = self._record.record.plan, self._done()
        numbers = checkpoints.numbers()
        if not numbers:
            raise error
        if plan.on_nan == "stop":
            raise _with(
                error,
                f"the checkpoint of iteration {numbers[-1]} is intact; "
                f"`ganreg resume {self._folder} --on-nan rollback` resumes from it with lower learning rates",
            ) from error
        if len(done) >= plan.rollbacks:
            raise _with(
                error,
                f"giving up after {len(done)} rollbacks, with the learning rates at {math.prod(done):.3g} times the "
                f"recipe's; the checkpoint of iteration {numbers[-1]} is intact",
            ) from error
        manifest = checkpoints.restore()
        if manifest is None:
            raise error
        checkpoints.forget_after(manifest.iteration)
        what = (
            f"rolled back from update {error.iteration} because {error.found}; learning rates multiplied by "
            f"{plan.rollback_factor:g}, to {math.prod([*done, plan.rollback_factor]):.3g} times the recipe's"
        )
        change = Change(iteration=manifest.iteration, what=[what], rates=plan.rollback_factor)
        record = self._record.record
        self._record.record = attrs.evolve(record, changes=[*record.changes, change])
        self._record.record.write(self._folder)
        warnings.warn(
            f"{error.found} at update {error.iteration}: rolled back to the checkpoint of iteration "
            f"{manifest.iteration}, with learning rates at {math.prod(self._done()):.3g} times the recipe's "
            f"(rollback {len(done) + 1} of {plan.rollbacks})",
            GanregWarning,
            stacklevel=2,
        )
        return manifest


def _with(error: NumericalError, advice: str) -> NumericalError:
    return NumericalError(
        f"{error}; {advice}", term=error.term, iteration=error.iteration, player=error.player, found=error.found
    )
