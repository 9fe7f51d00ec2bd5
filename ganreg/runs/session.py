"""One process at work in a run's folder: it trains, while recorders write down what happens."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs
import keras

from ganreg.checkpoints.folder import CheckpointFolder
from ganreg.checkpoints.saving import save_generator
from ganreg.checkpoints.stored import Manifest
from ganreg.contract.callbacks import Recorder
from ganreg.contract.run import Run
from ganreg.data.arrays import Data
from ganreg.data.batches import Batches
from ganreg.engine.variables import weights_hash
from ganreg.errors import NumericalError, RunError, StoppedError, UnhealthyError
from ganreg.files.layout import GENERATOR, SAMPLES_FILE
from ganreg.reports.writing import write_if_possible, write_run_report
from ganreg.runs.distribution import save_distribution
from ganreg.runs.evaluations import Evaluations
from ganreg.runs.events import Events
from ganreg.runs.health import RecordedHealth
from ganreg.runs.metrics_file import MetricsFile
from ganreg.runs.record import Record, RunResult
from ganreg.runs.recording import Checkpoints, RecordOfExecution, SampleGrids, refuse_shared_names
from ganreg.runs.resume_hint import refusing_foreign_state, resume_hint
from ganreg.runs.rollback import Rollbacks
from ganreg.runs.stopping import StopOnSignal
from ganreg.runs.trackers import blaming_plugins, plugin_callbacks
from ganreg.shown import in_notebook

if TYPE_CHECKING:
    from ganreg.gan import GAN

_REAL_SHOWN = 2000


class Session:
    """What one process does in a run's folder.

    Args:
        gan: what is trained, as it is now.
        run: the run.
        record: what `run.toml` holds.
        data: the real samples.
        batches: the same, as training takes them.
        callbacks: the user's; the recorders among them take part in checkpoints.

    Raises:
        RunError: two recorders have one name.
    """

    def __init__(
        self,
        gan: GAN,
        run: Run,
        record: Record,
        data: Data,
        batches: Batches,
        callbacks: Sequence[keras.callbacks.Callback],
    ) -> None:
        self._gan, self._run, self._data, self._batches = gan, run, data, batches
        self._record = RecordOfExecution(record, run.path)
        plan = record.plan
        self._steps = plan.steps
        self._stored = CheckpointFolder(gan.players, run.path, plan.keep)
        self._metrics = MetricsFile(run.metrics, gan.log_names)
        self._grids = SampleGrids(gan, run, data.train[:_REAL_SHOWN], plan.sample_every)
        self._events = Events(run, plan.sample_every)
        self._metrics.listeners.append(self._events.add_row)
        self._rollbacks = Rollbacks(gan, self._record, run.path)
        self._health = (
            None
            if plan.health == "off"
            else RecordedHealth(
                gan.players,
                data.train,
                run.path,
                steps=plan.steps,
                stops=plan.health == "stop",
                labels=data.train_labels,
            )
        )
        # Recorders that check numbers come before those that write them down.
        self._recorders: list[Recorder] = [self._metrics, self._grids, self._events, self._record, self._rollbacks]
        self._recorders += [] if self._health is None else [self._health]
        self._evaluations = (
            [] if plan.evaluation is None else [Evaluations(gan, run.path, plan.evaluation, self._stored)]
        )
        self._recorders += self._evaluations
        self._offered: Mapping[keras.callbacks.Callback, str] = {}
        self._others: list[keras.callbacks.Callback] = []
        self._add(callbacks)
        self._checkpoints = Checkpoints(
            self._stored,
            self._recorders,
            every=plan.checkpoint_every,
            minutes=plan.checkpoint_minutes,
        )

    def _add(self, callbacks: Iterable[keras.callbacks.Callback]) -> None:
        for callback in callbacks:
            (self._recorders if isinstance(callback, Recorder) else self._others).append(callback)
        refuse_shared_names(self._recorders)

    def join_plugins(self) -> None:
        """Adds the callbacks that plugins return for this run, whose folder exists now.

        Raises:
            PluginError: a plugin's hook failed.
            RunError: two recorders have one name.
        """
        self._offered = plugin_callbacks(self._run)
        self._add(self._offered)

    def restore(self, manifest: Manifest | None, *, columns_may_change: bool) -> None:
        """Brings every recorder to where a checkpoint was written.

        Raises:
            RunError: `metrics.csv` is lost and no change is allowed, or a recorder cannot continue from its state.
        """
        if manifest is None:
            self._rollbacks.restore(None)
            return
        # ganreg's own recorders change no file before the training begins, so that others may still refuse.
        try:
            self._metrics.restore(manifest.recorders.get(self._metrics.name))
        except RunError:
            if not columns_may_change:
                raise
            self._metrics.begin_after(manifest.iteration)
        else:
            self._checkpoints.written = manifest.iteration
        for recorder in self._recorders:
            if recorder is not self._metrics:
                with refusing_foreign_state(recorder.name, manifest.iteration):
                    recorder.restore(manifest.recorders.get(recorder.name))
        self._checkpoints.carry_over(manifest)

    @property
    def record(self) -> Record:
        """What `run.toml` holds now."""
        return self._record.record

    def run(self, stop: StopOnSignal | None, verbose: str | int) -> Run:
        """Trains up to the run's steps, and writes the results."""
        gan, began = self._gan, time.perf_counter()
        with (
            contextlib.nullcontext() if stop is None else stop.listening(),
            resume_hint(self._run, self._checkpoints),
            contextlib.closing(self._events),
            blaming_plugins(self._offered),
        ):
            self._checkpoints.write(gan.players.done)  # what a program put into the weights is kept from here on
            # Checkpoints come after the recorders, whose states they hold.
            given = [*self._recorders, self._checkpoints, *self._others, *([] if stop is None else [stop])]
            if gan.players.done < self._steps:
                self._train(given, verbose)
            else:
                for recorder in (self._metrics, *self._evaluations):
                    recorder.on_train_begin()
                self._metrics.on_train_end()
            done = gan.players.done
            self._checkpoints.write(done)
            if stop is not None and stop.received is not None and done < self._steps:
                raise StoppedError(
                    f"Stopped by {stop.received.name} at iteration {done} of {self._steps}; "
                    f"resume with: ganreg resume {self._run.path}",
                    exit_code=128 + stop.received,
                )
            self._refuse_unhealthy(done)
            self._finish(done, time.perf_counter() - began)
        return self._run

    def _train(self, callbacks: Sequence[keras.callbacks.Callback], verbose: str | int) -> None:
        """Trains to the end; where a number is not finite, rolls back as often as the plan allows."""
        gan, trained = self._gan, False
        if verbose == "auto" and not in_notebook():
            verbose = 0
        while not trained:
            record = self._record.record
            try:
                gan.fit(
                    self._batches,
                    steps=self._steps - gan.players.done,
                    verbose=verbose,
                    callbacks=callbacks,
                    execution=record.execution or record.plan.execution,
                    updates_per_call=record.plan.updates_per_call,
                )
            except NumericalError as error:
                self.restore(self._rollbacks.go_back(error, self._stored), columns_may_change=False)
            else:
                trained = True

    def _refuse_unhealthy(self, done: int) -> None:
        """Raises `UnhealthyError` where the monitor has ended the training."""
        if self._health is None or not self._health.findings or not self._health.stops or done >= self._steps:
            return
        found = self._health.findings[-1].name
        raise UnhealthyError(
            f"Stopped at iteration {done} of {self._steps} because of {found}; "
            f"continue anyway with: ganreg resume {self._run.path}",
            name=found,
        )

    def _finish(self, done: int, seconds: float) -> None:
        self._events.add_picture(done, self._grids.draw(done))
        save_distribution(self._gan, self._data.train, self._run.path / SAMPLES_FILE)
        save_generator(self._gan.players, self._run.path / GENERATOR)
        pauses = self._checkpoints.pauses or [0.0]
        result = RunResult(
            iterations=done,
            weights=weights_hash(self._gan.players),
            seconds=round(seconds, 3),
            checkpoints=len(self._checkpoints.pauses),
            checkpoint_seconds=round(sum(pauses), 4),
            longest_pause=round(max(pauses), 4),
        )
        attrs.evolve(self._record.record, result=result).write(self._run.path)
        write_if_possible(write_run_report, self._run.path)
