"""Training into a run folder, and going on with one: what `ganreg train` and `ganreg resume` do, for programs too."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import keras

from ganreg.checkpoints.folder import KEPT, CheckpointFolder
from ganreg.checkpoints.run_folder import make_folder, refuse_occupied, require_run
from ganreg.checkpoints.saving import recipe_text
from ganreg.contract.recipes import Recipe
from ganreg.contract.run import Run
from ganreg.data.arrays import Data
from ganreg.data.batches import Batches
from ganreg.errors import GanregWarning, RunError, SpecError
from ganreg.files.layout import RECIPE
from ganreg.files.lock import locked
from ganreg.files.writing import write_text
from ganreg.runs.loading import rebuild
from ganreg.runs.record import Change, EvaluationPlan, OnNan, Record, RunPlan, Watch, conditions_of, differences, doubts
from ganreg.runs.session import Session
from ganreg.runs.stopping import StopOnSignal

if TYPE_CHECKING:
    from ganreg.gan import GAN

_PICTURES, _CHECKPOINTS = 20, 10
"""About how many pictures and checkpoints one run makes, unless asked for otherwise."""

_log = logging.getLogger("ganreg")


def train(
    gan: GAN,
    path: str | Path,
    *,
    steps: int | None = None,
    sample_every: int | None = None,
    checkpoint_every: int | None = None,
    checkpoint_minutes: float | None = None,
    keep: int = KEPT,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    execution: str = "auto",
    updates_per_call: int | None = None,
    on_nan: OnNan = "stop",
    rollback_factor: float = 0.5,
    rollbacks: int = 3,
    health: Watch = "warn",
    evaluation: EvaluationPlan | None = None,
    stop: StopOnSignal | None = None,
) -> Run:
    """Trains an assembled GAN on its own data set, and keeps everything about it in a folder.

    Args:
        gan: assembled with a data set that can be loaded.
        path: the run's folder; made here.
        steps: iterations of the schedule; the recipe's unless given.
        sample_every: iterations between pictures of samples; a twentieth of the run unless given.
        checkpoint_every: iterations between checkpoints; a tenth of the run unless given, none where minutes are.
        checkpoint_minutes: minutes between checkpoints.
        keep: how many checkpoints are kept.
        callbacks: further Keras callbacks, beside those of plugins.
        execution: `"graph"`, `"xla"`, `"eager"` or `"auto"`.
        updates_per_call: iterations in one compiled call; chosen unless given.
        on_nan: what becomes of a number that is not finite: `"stop"` ends the training, `"rollback"` goes back to the
            last checkpoint, which is finite, and on from there with lower learning rates. What callbacks keep
            themselves goes on as if nothing had been; training begins anew for them.
        rollback_factor: what a rollback multiplies both learning rates by.
        rollbacks: how often to go back before giving up.
        health: `"warn"` watches the training and says once what goes wrong, `"stop"` also ends it, `"off"` does not.
        evaluation: how it is judged as it goes by, which `evaluations.csv` tells; not at all unless given.
        stop: listens to signals; none are caught unless given.

    Returns:
        The run.

    Raises:
        RunError: the folder holds a run already, is in use, or cannot be written.
        DataError: the data cannot be used.
        PluginError: a component's or a callback's own code failed.
        NumericalError: a number is not finite, and there is no going back, or no longer; the last checkpoint is.
        UnhealthyError: the health monitor ended the training.
        StoppedError: a signal came.
    """
    path = Path(path)
    refuse_occupied(path)
    text = recipe_text(gan.assembly)
    data, batches = _loaded(gan)
    steps = gan.recipe.steps if steps is None else steps
    every = 0 if checkpoint_minutes is not None else max(1, steps // _CHECKPOINTS)
    with _refusing_values():
        plan = RunPlan(
            steps=gan.players.done + steps,
            sample_every=sample_every or max(1, steps // _PICTURES),
            checkpoint_every=checkpoint_every or every,
            checkpoint_minutes=checkpoint_minutes,
            keep=keep,
            execution=execution,
            updates_per_call=updates_per_call,
            on_nan=on_nan,
            rollback_factor=rollback_factor,
            rollbacks=rollbacks,
            health=health,
            evaluation=evaluation,
        )
    record = Record(plan=plan, conditions=conditions_of(gan, data), changes=_earlier_training(gan))
    session = Session(gan, Run(path, gan.recipe), record, data, batches)
    make_folder(path)
    with locked(path):
        refuse_occupied(path)
        record.write(path)
        write_text(path / RECIPE, text)
        return session.run(callbacks, stop)


@contextlib.contextmanager
def _refusing_values() -> Iterator[None]:
    """Turns what the plan's own checks raise into a `SpecError`."""
    try:
        yield
    except ValueError as error:
        raise SpecError(str(error.args[0])) from error


def _loaded(gan: GAN) -> tuple[Data, Batches]:
    """Loads the data and arranges them in batches, so that unusable data are refused before anything is written."""
    data = gan.load_data()
    return data, gan.batches_of(data)


def _earlier_training(gan: GAN) -> list[Change]:
    done = gan.players.done
    return [Change(iteration=done, what=["the run began with a GAN that was trained before"])] if done else []


def resume(
    path: str | Path,
    *,
    steps: int | None = None,
    allow_changes: bool = False,
    on_nan: OnNan | None = None,
    health: Watch | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    stop: StopOnSignal | None = None,
) -> Run:
    """Goes on with a run from its newest checkpoint, as if it had never been interrupted.

    Args:
        path: the run's folder.
        steps: iterations in all, counted from the run's beginning; as many as it was asked for unless given. The
            recipe is not changed by it: a learning rate that falls to 0 over the recipe's steps stays there.
        allow_changes: whether to go on though the recipe, the data or a version is another than it was.
        on_nan: as for `train`; as the run began unless given.
        health: as for `train`; as the run began unless given.
        callbacks: further Keras callbacks, beside those of plugins.
        stop: listens to signals; none are caught unless given.

    Returns:
        The run; at once where it has done its steps already.

    Raises:
        RunError: the folder holds no run, is in use, has no checkpoint that is whole, or something has changed.
        DataError: the data cannot be used.
        PluginError: a component's or a callback's own code failed.
        NumericalError: a number is not finite, and there is no going back, or no longer; the last checkpoint is.
        UnhealthyError: the health monitor ended the training.
        StoppedError: a signal came.
    """
    path = Path(path)
    require_run(path)
    with locked(path):
        record = Record.read(path)
        if has_ended(record, steps):
            return Run(path, Recipe.read(path / RECIPE))
        gan = rebuild(path)
        data, batches = _loaded(gan)
        record, changed = _under_present_conditions(record, gan, data, allow_changes=allow_changes)
        checkpoints = CheckpointFolder(gan.players, path)
        manifest = checkpoints.restore()
        done = gan.players.done
        steps = record.plan.steps if steps is None else steps
        if steps < done:
            raise RunError(
                f"{path} has done {done} iterations, more than the {steps} asked for; give more with --steps"
            )
        if changed:
            record = attrs.evolve(record, changes=[*record.changes, Change(iteration=done, what=changed)])
        with _refusing_values():
            plan = attrs.evolve(
                record.plan, steps=steps, on_nan=on_nan or record.plan.on_nan, health=health or record.plan.health
            )
        record = attrs.evolve(record, plan=plan, result=None)
        session = Session(gan, Run(path, gan.recipe), record, data, batches)
        session.go_on(manifest, columns_may_change=allow_changes)
        # From here on nothing is refused any more, so that a run that cannot go on stays as it is.
        make_folder(path)
        checkpoints.forget_after(done)
        if changed:
            write_text(path / RECIPE, recipe_text(gan.assembly))
        session.record.write(path)
        _log.info("going on with %s from iteration %d of %d", path, done, steps)
        return session.run(callbacks, stop)


def has_ended(record: Record, steps: int | None = None) -> bool:
    """Whether a run has done its steps, or those given."""
    return record.result is not None and (steps is None or steps == record.result.iterations)


def _under_present_conditions(record: Record, gan: GAN, data: Data, *, allow_changes: bool) -> tuple[Record, list[str]]:
    now = conditions_of(gan, data)
    changed = differences(record.conditions, now)
    if changed and not allow_changes:
        raise RunError(
            f"something has changed since the run began: {'; '.join(changed)}; "
            "put it back, or go on all the same with --allow-changes"
        )
    for doubt in doubts(record.conditions, now):
        warnings.warn(f"{doubt}; the last bits of numbers may differ", GanregWarning, stacklevel=3)
    return attrs.evolve(record, conditions=now), changed
