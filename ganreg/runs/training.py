"""Training into a run folder, and going on with one: what `ganreg train` and `ganreg resume` do, for programs too."""

from __future__ import annotations

import contextlib
import logging
import time
import traceback
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import keras

from ganreg.data.arrays import Data
from ganreg.engine.blame import blaming
from ganreg.engine.variables import weights_hash
from ganreg.errors import GanregError, GanregWarning, PluginError, RunError, StoppedError
from ganreg.recipes import Recipe
from ganreg.registry import registry
from ganreg.runs.checkpoints import KEPT, CheckpointFolder, Manifest
from ganreg.runs.files import write_text
from ganreg.runs.lock import locked
from ganreg.runs.record import Change, Plan, Record, Result, conditions_of, differences, doubts
from ganreg.runs.recording import Checkpoints, MetricsFile, Recorder, RecordOfExecution, SamplePictures
from ganreg.runs.run import GENERATOR, RECIPE, Run, make_folder, refuse_occupied, require_run
from ganreg.runs.saving import rebuild, recipe_text, save_generator
from ganreg.runs.stopping import StopOnSignal

if TYPE_CHECKING:
    from ganreg.engine.gan import GAN

_PICTURES, _CHECKPOINTS = 20, 10
"""About how many pictures and checkpoints one run makes, unless asked for otherwise."""
_REAL_SHOWN = 2000

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
        stop: listens to signals; none are caught unless given.

    Returns:
        The run.

    Raises:
        RunError: the folder holds a run already, is in use, or cannot be written.
        DataError: the data cannot be used.
        PluginError: a component's or a callback's own code failed.
        StoppedError: a signal came.
    """
    path = Path(path)
    refuse_occupied(path)
    text = recipe_text(gan)
    data = gan.load_data()
    steps = gan.recipe.steps if steps is None else steps
    every = 0 if checkpoint_minutes is not None else max(1, steps // _CHECKPOINTS)
    plan = Plan(
        steps=int(gan.iterations) + steps,
        sample_every=sample_every or max(1, steps // _PICTURES),
        checkpoint_every=checkpoint_every or every,
        checkpoint_minutes=checkpoint_minutes,
        keep=keep,
        execution=execution,
        updates_per_call=updates_per_call,
    )
    record = Record(plan=plan, conditions=conditions_of(gan, data), changes=_earlier_training(gan))
    make_folder(path)
    with locked(path):
        refuse_occupied(path)
        record.write(path)
        write_text(path / RECIPE, text)
        return _Session(gan, Run(path, gan.recipe), record, data).run(callbacks, stop)


def _earlier_training(gan: GAN) -> list[Change]:
    done = int(gan.iterations)
    return [Change(iteration=done, what=["the run began with a GAN that was trained before"])] if done else []


def resume(
    path: str | Path,
    *,
    steps: int | None = None,
    allow_changes: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    stop: StopOnSignal | None = None,
) -> Run:
    """Goes on with a run from its newest checkpoint, as if it had never been interrupted.

    Args:
        path: the run's folder.
        steps: iterations in all, counted from the run's beginning; as many as it was asked for unless given. The
            recipe is not changed by it: a learning rate that falls to 0 over the recipe's steps stays there.
        allow_changes: whether to go on though the recipe, the data or a version is another than it was.
        callbacks: further Keras callbacks, beside those of plugins.
        stop: listens to signals; none are caught unless given.

    Returns:
        The run; at once where it has done its steps already.

    Raises:
        RunError: the folder holds no run, is in use, has no checkpoint that is whole, or something has changed.
        DataError: the data cannot be used.
        PluginError: a component's or a callback's own code failed.
        StoppedError: a signal came.
    """
    path = Path(path)
    require_run(path)
    with locked(path):
        record = Record.read(path)
        if has_ended(record, steps):
            return Run(path, Recipe.read(path / RECIPE))
        gan = rebuild(path)
        data = gan.load_data()
        record, changed = _under_present_conditions(record, gan, data, allow_changes=allow_changes)
        make_folder(path)
        checkpoints = CheckpointFolder(gan, path)
        manifest = checkpoints.restore()
        done = int(gan.iterations)
        steps = record.plan.steps if steps is None else steps
        if steps < done:
            raise RunError(
                f"{path} has done {done} iterations, more than the {steps} asked for; give more with --steps"
            )
        checkpoints.forget_after(done)
        if changed:
            write_text(path / RECIPE, recipe_text(gan))
            record = attrs.evolve(record, changes=[*record.changes, Change(iteration=done, what=changed)])
        record = attrs.evolve(record, plan=attrs.evolve(record.plan, steps=steps), result=None)
        session = _Session(gan, Run(path, gan.recipe), record, data)
        session.go_on(manifest, columns_may_change=allow_changes)
        record.write(path)
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


class _Session:
    """What one process does in a run's folder.

    Args:
        gan: what is trained, as it is now.
        run: the run.
        record: what `run.toml` holds.
        data: what it trains on.
    """

    def __init__(self, gan: GAN, run: Run, record: Record, data: Data) -> None:
        self._gan, self._run, self._data = gan, run, data
        self._record = RecordOfExecution(record, run.path)
        plan = record.plan
        self._steps = plan.steps
        self._metrics = MetricsFile(run.metrics, gan.log_names)
        self._pictures = SamplePictures(gan, run, data.train[:_REAL_SHOWN], plan.sample_every)
        # What looks at numbers goes before what writes them down; the checkpoints come last.
        self._recorders: list[Recorder] = [self._metrics, self._pictures, self._record]
        self._checkpoints = Checkpoints(
            CheckpointFolder(gan, run.path, plan.keep),
            self._recorders,
            every=plan.checkpoint_every,
            minutes=plan.checkpoint_minutes,
        )

    def go_on(self, manifest: Manifest | None, *, columns_may_change: bool) -> None:
        """Brings the recorders to where a checkpoint was written.

        Raises:
            RunError: `metrics.csv` is lost, and no change is allowed.
        """
        if manifest is None:
            return
        for recorder in self._recorders:
            if recorder is not self._metrics:
                recorder.restore(manifest.recorders.get(recorder.name))
        try:
            self._metrics.restore(manifest.recorders.get(self._metrics.name))
        except RunError:
            if not columns_may_change:
                raise
            self._metrics.begin_after(manifest.iteration)
        else:
            self._checkpoints.written = manifest.iteration

    def run(self, callbacks: Sequence[keras.callbacks.Callback], stop: StopOnSignal | None) -> Run:
        """Trains up to the run's steps, and writes what comes of it."""
        gan, record, began = self._gan, self._record.record, time.perf_counter()
        with contextlib.nullcontext() if stop is None else stop.listening():
            self._checkpoints.write(int(gan.iterations))  # what a program put into the weights is kept from here on
            offered = plugin_callbacks(self._run)
            given = [*self._recorders, self._checkpoints, *offered, *callbacks, *([] if stop is None else [stop])]
            if int(gan.iterations) < self._steps:
                with _blaming_plugins(offered):
                    gan.fit(
                        self._data,
                        steps=self._steps - int(gan.iterations),
                        verbose=0,
                        callbacks=given,
                        execution=record.execution or record.plan.execution,
                        updates_per_call=record.plan.updates_per_call,
                    )
            else:
                self._metrics.on_train_end()
            done = int(gan.iterations)
            self._checkpoints.write(done)
            if stop is not None and stop.received is not None and done < self._steps:
                raise StoppedError(
                    f"Stopped by {stop.received.name} at iteration {done} of {self._steps}; "
                    f"go on with: ganreg resume {self._run.path}",
                    exit_code=128 + stop.received,
                )
            self._finish(done, time.perf_counter() - began)
        return self._run

    def _finish(self, done: int, seconds: float) -> None:
        self._pictures.draw(done)
        save_generator(self._gan, self._run.path / GENERATOR)
        pauses = self._checkpoints.pauses or [0.0]
        result = Result(
            iterations=done,
            weights=weights_hash(self._gan),
            seconds=round(seconds, 3),
            checkpoints=len(self._checkpoints.pauses),
            checkpoint_seconds=round(sum(pauses), 4),
            longest_pause=round(max(pauses), 4),
        )
        attrs.evolve(self._record.record, result=result).write(self._run.path)


def plugin_callbacks(run: Run) -> dict[keras.callbacks.Callback, str]:
    """The callbacks that plugins hang on a run that starts, and of which distribution each is.

    Raises:
        PluginError: a plugin's hook failed; the message names its distribution.
    """
    found: dict[keras.callbacks.Callback, str] = {}
    for implementation in registry().host.manager.hook.ganreg_callbacks.get_hookimpls():
        distribution = implementation.plugin_name.partition(":")[0]
        with blaming(f"plugin {distribution}", "ganreg_callbacks"):
            arguments = [run] if "run" in implementation.argnames else []
            offered: Any = implementation.function(*arguments)
            found |= dict.fromkeys(offered or (), distribution)
    return found


@contextlib.contextmanager
def _blaming_plugins(offered: Mapping[keras.callbacks.Callback, str]) -> Iterator[None]:
    """Names the callback of a plugin in which an exception arose; those of others pass as they are.

    Raises:
        PluginError: one of the callbacks failed.
    """
    try:
        yield
    except GanregError:
        raise
    except Exception as error:
        owners = {id(callback): callback for callback in offered}
        for frame, _ in traceback.walk_tb(error.__traceback__):
            callback = owners.get(id(frame.f_locals.get("self")))
            if callback is not None:
                raise PluginError(
                    f"callback '{type(callback).__name__}' of {offered[callback]} failed in {frame.f_code.co_name}: "
                    f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
                ) from error
        raise
