"""Trains into a run folder and resumes a run; implements `ganreg train` and `ganreg resume`."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import keras

from ganreg.checkpoints.dataset_state import write_dataset_state
from ganreg.checkpoints.folder import KEPT, CheckpointFolder, has_checkpoint
from ganreg.checkpoints.own_components import remember
from ganreg.checkpoints.run_folder import make_folder, new_run, refuse_occupied, require_run
from ganreg.checkpoints.saving import recipe_text
from ganreg.checkpoints.starting import keep_start, restore_start
from ganreg.contract.recipes import Recipe
from ganreg.contract.run import Run
from ganreg.data.arrays import Data
from ganreg.data.batches import Batches
from ganreg.engine.devices import depends_on_devices, synchronizes_batch_norm
from ganreg.engine.running.counts import verbosity, whole
from ganreg.errors import DataError, GanregWarning, RunError, SpecError
from ganreg.files.layout import RECIPE
from ganreg.files.lock import locked
from ganreg.files.writing import write_text
from ganreg.runs.loading import rebuild
from ganreg.runs.record import (
    Change,
    Conditions,
    EvaluationPlan,
    OnNan,
    Record,
    RunPlan,
    Start,
    Watch,
    conditions_of,
    differences,
    doubts,
)
from ganreg.runs.restarting import refuse_lost_checkpoints, refuse_needless_restart, set_records_aside
from ganreg.runs.session import Session
from ganreg.runs.stopping import StopOnSignal

if TYPE_CHECKING:
    from ganreg.gan import GAN

_NAMED = 20
"""The number of classes that are listed when a training begins."""
_GRIDS, _CHECKPOINTS = 20, 10
"""The approximate default numbers of sample grids and checkpoints in a run."""

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
    verbose: str | int = "auto",
    stop: StopOnSignal | None = None,
) -> Run:
    """Trains an assembled GAN on its dataset, and keeps everything about the training in a folder.

    Args:
        gan: a GAN that was assembled with a dataset.
        path: the run's folder, which is created.
        steps: iterations of the schedule. Defaults to the recipe's.
        sample_every: iterations between sample grids. Defaults to a twentieth of the run.
        checkpoint_every: iterations between checkpoints. Defaults to a tenth of the run, or to none if
            `checkpoint_minutes` is given.
        checkpoint_minutes: minutes between checkpoints.
        keep: the number of checkpoints to keep.
        callbacks: Keras callbacks, in addition to those of plugins.
        execution: `"graph"`, `"xla"`, `"eager"` or `"auto"`.
        updates_per_call: iterations in one compiled call. By default it is chosen automatically.
        on_nan: the reaction to NaN or infinity: `"stop"` ends the training, `"rollback"` returns to the last checkpoint
            and continues with lower learning rates. Callbacks see a rollback as the start of another training; their
            own state is not rolled back.
        rollback_factor: the factor by which a rollback multiplies both learning rates.
        rollbacks: the largest number of rollbacks before the training fails.
        health: `"warn"` monitors the training and reports each problem once, `"stop"` also ends the training, and
            `"off"` disables the monitor.
        evaluation: how the run is evaluated during training; the scores go to `evaluations.csv`. Defaults to none.
        verbose: 1 for Keras's progress bar, 2 for one line per epoch, 0 for no output. Defaults to `"auto"`: live
            progress in a notebook, and no output elsewhere.
        stop: handles signals. By default signals are not caught.

    Returns:
        The run.

    Raises:
        RunError: the folder already holds a run, is in use, or cannot be written.
        DataError: the data cannot be used.
        PluginError: the code of a component or a callback failed.
        NumericalError: a value is not finite and no rollback is possible; the last checkpoint is finite.
        UnhealthyError: the health monitor ended the training.
        StoppedError: a signal arrived.
    """
    path, verbose = Path(path), verbosity(verbose)
    steps = gan.recipe.steps if steps is None else whole("steps", steps, 1)
    refuse_occupied(path)
    text = recipe_text(gan.assembly)
    data, batches = _loaded(gan)
    _tell_classes(gan, data)
    every = 0 if checkpoint_minutes is not None else max(1, steps // _CHECKPOINTS)
    with _refusing_values():
        plan = RunPlan(
            steps=gan.players.done + steps,
            sample_every=max(1, steps // _GRIDS) if sample_every is None else sample_every,
            checkpoint_every=every if checkpoint_every is None else checkpoint_every,
            checkpoint_minutes=checkpoint_minutes,
            keep=keep,
            execution=execution,
            updates_per_call=updates_per_call,
            devices=gan.players.replicas.name,
            sync_batch_norm=synchronizes_batch_norm(gan.networks),
            on_nan=on_nan,
            rollback_factor=rollback_factor,
            rollbacks=rollbacks,
            health=health,
            evaluation=evaluation,
        )
    record = Record(plan=plan, conditions=conditions_of(gan, data), start=Start.of(gan), changes=_earlier_training(gan))
    session = Session(gan, Run(path, gan.recipe), record, data, batches, callbacks)
    with contextlib.ExitStack() as held:
        with new_run(path):
            held.enter_context(locked(path))
            refuse_occupied(path)
            keep_start(gan.players, path)
            record.write(path)
            write_text(path / RECIPE, text)
            remember(path, gan.assembly)
            write_dataset_state(path, gan.assembly)
            session.join_plugins()
        return session.run(stop, verbose)


@contextlib.contextmanager
def _refusing_values() -> Iterator[None]:
    """Turns the errors of the plan's validators into a `SpecError`."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise SpecError(str(error.args[0])) from error


def _loaded(gan: GAN) -> tuple[Data, Batches]:
    """Loads the data and arranges it in batches, so that unusable data is refused before anything is written."""
    data = gan.load_data()
    try:
        return data, gan.batches_of(data)
    except DataError as error:
        raise DataError(f"{gan.recipe.dataset}: {error}" if gan.recipe.dataset else str(error)) from error


def _tell_classes(gan: GAN, data: Data) -> None:
    """Keeps the names and the shares of the classes, and says which number belongs to which name."""
    classes = gan.assembly.classes
    classes.name(data.class_names)
    if not gan.assembly.is_conditional:
        return
    classes.learn(data.train_classes)
    if any(name != str(number) for number, name in enumerate(data.class_names)):
        shown = ", ".join(map(classes.described, range(min(_NAMED, classes.number))))
        more = f", ... ({classes.number} in all)" if classes.number > _NAMED else ""
        _log.info("classes: %s%s", shown, more)


def _earlier_training(gan: GAN) -> list[Change]:
    done = gan.players.done
    return [Change(iteration=done, what=["the run started with a GAN that had been trained before"])] if done else []


def resume(
    path: str | Path,
    *,
    steps: int | None = None,
    allow_changes: bool = False,
    restart: bool = False,
    on_nan: OnNan | None = None,
    health: Watch | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    components: Mapping[str, Any] | None = None,
    verbose: str | int = "auto",
    stop: StopOnSignal | None = None,
) -> Run:
    """Resumes a run from its newest checkpoint, as if it had never been interrupted.

    Args:
        path: the run's folder.
        steps: the total number of iterations, counted from the start of the run. Defaults to the number requested
            before. The recipe does not change: a learning rate that has decayed to 0 over the recipe's steps stays 0.
        allow_changes: whether to resume if the recipe, the data or a version has changed.
        restart: whether to train again from iteration 0 because all checkpoints are lost. `metrics.csv` and
            `evaluations.csv` are kept under other names. Defaults to False: such a run is refused.
        on_nan: as for `train`. Defaults to the run's setting.
        health: as for `train`. Defaults to the run's setting.
        callbacks: Keras callbacks, in addition to those of plugins.
        components: what stands for components that no plugin offers, and `"dataset"` for samples that were passed as
            an object; see `ganreg.load`.
        verbose: as for `train`.
        stop: handles signals. By default signals are not caught.

    Returns:
        The run; without training if it has already done its steps.

    Raises:
        RunError: the folder holds no run, is in use, has no intact checkpoint, or a condition has changed.
        DataError: the data cannot be used.
        PluginError: the code of a component or a callback failed.
        NumericalError: a value is not finite and no rollback is possible; the last checkpoint is finite.
        UnhealthyError: the health monitor ended the training.
        StoppedError: a signal arrived.
    """
    path, verbose = Path(path), verbosity(verbose)
    require_run(path)
    with locked(path):
        record = Record.read(path)
        if has_ended(record, steps) and not restart:
            return Run(path, Recipe.read(path / RECIPE))
        gan = _rebuilt(path, record, components, restored=has_checkpoint(path) and not restart)
        data, batches = _loaded(gan)
        record, changed = _under_present_conditions(record, gan, data, allow_changes=allow_changes)
        checkpoints = CheckpointFolder(gan.players, path)
        if restart:
            refuse_needless_restart(path, checkpoints)
            manifest, record = None, attrs.evolve(record, changes=[])
        else:
            manifest = checkpoints.restore()
            if manifest is None:
                refuse_lost_checkpoints(path, record)
        if manifest is None and record.start is not None:
            restore_start(gan.players, path)
        checkpoints.refuse_foreign()
        done = gan.players.done
        steps = record.plan.steps if steps is None else whole("steps", steps, 1)
        if steps < done:
            raise RunError(
                f"{path} has done {done} iterations, more than the {steps} requested; give more with --steps"
            )
        if changed:
            record = attrs.evolve(record, changes=[*record.changes, Change(iteration=done, what=changed)])
        with _refusing_values():
            plan = attrs.evolve(
                record.plan,
                steps=steps,
                devices=gan.players.replicas.name,
                on_nan=on_nan or record.plan.on_nan,
                health=health or record.plan.health,
            )
        record = attrs.evolve(record, plan=plan, result=None)
        session = Session(gan, Run(path, gan.recipe), record, data, batches, callbacks)
        session.join_plugins()
        session.restore(manifest, columns_may_change=allow_changes)
        # Nothing is refused from here on, so a run that cannot be resumed has not been changed.
        make_folder(path)
        if restart:
            set_records_aside(path)
        remember(path, gan.assembly)
        checkpoints.forget_after(done)
        if changed:
            write_text(path / RECIPE, recipe_text(gan.assembly))
        session.record.write(path)
        _log.info("resuming %s from iteration %d of %d", path, done, steps)
        return session.run(stop, verbose)


def _rebuilt(path: Path, record: Record, components: Mapping[str, Any] | None, *, restored: bool) -> GAN:
    """The GAN of a run, which must know its dataset, with batch normalisation as the run has it."""
    gan = rebuild(path, restored=restored, components=components)
    if gan.assembly.source is None:
        raise RunError(
            f'{path} was trained on samples that no dataset offers; pass the same again: components={{"dataset": ...}}'
        )
    if record.plan.sync_batch_norm:
        gan.synchronize_batch_norm()
    return gan


def has_ended(record: Record, steps: int | None = None) -> bool:
    """Whether a run has done its steps, or the given number of steps."""
    return record.result is not None and (steps is None or steps == record.result.iterations)


def _under_present_conditions(record: Record, gan: GAN, data: Data, *, allow_changes: bool) -> tuple[Record, list[str]]:
    now = conditions_of(gan, data)
    shares = _changed_shares(record.conditions, now, gan)
    changed = [*differences(record.conditions, now), *shares]
    if changed and not allow_changes:
        raise RunError(
            f"something has changed since the run began: {'; '.join(changed)}; "
            "undo the change, or resume anyway with --allow-changes"
        )
    for doubt in doubts(record.conditions, now if not shares else attrs.evolve(now, devices=record.conditions.devices)):
        warnings.warn(f"{doubt}; the last bits of numbers may differ", GanregWarning, stacklevel=3)
    return attrs.evolve(record, conditions=now), changed


def _changed_shares(then: Conditions, now: Conditions, gan: GAN) -> list[str]:
    """What computes something else on another number of devices, as lines; what agrees up to rounding is a doubt."""
    if then.devices == now.devices:
        return []
    dependent = depends_on_devices(gan.assembly, gan.networks)
    what = f"devices: {now.devices}, was {then.devices}; each sees a part of a batch, which matters to "
    return [what + " and ".join(dependent)] if dependent else []
