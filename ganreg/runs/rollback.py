"""Going back to the last finite checkpoint when numbers are no longer finite, with lower learning rates."""

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
    """Goes back where the run's plan has it so, and lowers the learning rates.

    `run.toml` says which rollbacks there were; a checkpoint says how many of them its learning rates know of. Both are
    written whole or not at all, so that a run that is killed at any instant goes on with the rates that it had.

    Args:
        gan: what is trained.
        record: the run's record.
        folder: the run's folder.
    """

    name = "rollbacks"

    def __init__(self, gan: GAN, record: RecordOfExecution, folder: Path) -> None:
        super().__init__()
        self._gan, self._record, self._folder = gan, record, folder

    def state(self) -> Any:
        """How many rollbacks the learning rates know of."""
        return len(self._done())

    def restore(self, state: Any) -> None:
        """Lowers the learning rates of a checkpoint by what was decided after it was written."""
        here, record = int(self._gan.iterations), self._record.record
        # A rollback to a later iteration lies ahead again.
        kept = [change for change in record.changes if change.rates is None or change.iteration <= here]
        self._record.record = attrs.evolve(record, changes=kept)
        rates = self._done()
        times = math.prod(rates[int(state or 0) :])
        if lower_learning_rates(self._gan.players, times=times, in_all=math.prod(rates)):
            self._gan.programs.forget()

    def _done(self) -> Sequence[float]:
        """What each rollback multiplied the learning rates by."""
        return [change.rates for change in self._record.record.changes if change.rates is not None]

    def go_back(self, error: NumericalError, checkpoints: CheckpointFolder) -> Manifest:
        """Brings the GAN back to the last finite checkpoint; the recorders' states, this one's too, come after that.

        Args:
            error: what was found.
            checkpoints: the run's.

        Returns:
            What the checkpoint holds beside the variables.

        Raises:
            NumericalError: the plan is to stop, or the run has gone back as often as it may.
            RunError: no checkpoint is whole.
        """
        plan, done = self._record.record.plan, self._done()
        numbers = checkpoints.numbers()
        if not numbers:
            raise error
        if plan.on_nan == "stop":
            raise _with(
                error,
                f"the checkpoint of iteration {numbers[-1]} is whole, from which "
                f"`ganreg resume {self._folder} --on-nan rollback` goes on with lower learning rates",
            ) from error
        if len(done) >= plan.rollbacks:
            raise _with(
                error,
                f"giving up after {len(done)} rollbacks, with the learning rates at {math.prod(done):.3g} times the "
                f"recipe's; the checkpoint of iteration {numbers[-1]} is whole",
            ) from error
        manifest = checkpoints.restore()
        if manifest is None:
            raise error
        checkpoints.forget_after(manifest.iteration)
        told = (
            f"rolled back from update {error.iteration}, as {error.found}; learning rates times "
            f"{plan.rollback_factor:g}, {math.prod([*done, plan.rollback_factor]):.3g} times the recipe's in all"
        )
        change = Change(iteration=manifest.iteration, what=[told], rates=plan.rollback_factor)
        record = self._record.record
        self._record.record = attrs.evolve(record, changes=[*record.changes, change])
        self._record.record.write(self._folder)
        warnings.warn(
            f"{error.found} at update {error.iteration}: back to the checkpoint of iteration {manifest.iteration}, "
            f"with learning rates at {math.prod(self._done()):.3g} times the recipe's (rollback {len(done) + 1} of "
            f"{plan.rollbacks})",
            GanregWarning,
            stacklevel=2,
        )
        return manifest


def _with(error: NumericalError, advice: str) -> NumericalError:
    return NumericalError(
        f"{error}; {advice}", term=error.term, iteration=error.iteration, player=error.player, found=error.found
    )
