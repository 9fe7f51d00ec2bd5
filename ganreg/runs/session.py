"""What one process does in a run's folder: it trains, while recorders write down what there is to know."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import keras

from ganreg.data.arrays import Data
from ganreg.engine.variables import weights_hash
from ganreg.errors import RunError, StoppedError
from ganreg.runs.checkpoints import CheckpointFolder, Manifest
from ganreg.runs.record import Record, Result
from ganreg.runs.recording import Checkpoints, MetricsFile, Recorder, RecordOfExecution, SamplePictures
from ganreg.runs.run import GENERATOR, Run
from ganreg.runs.saving import save_generator
from ganreg.runs.stopping import StopOnSignal
from ganreg.runs.trackers import blaming_plugins, plugin_callbacks

if TYPE_CHECKING:
    from ganreg.engine.gan import GAN

_REAL_SHOWN = 2000


class Session:
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
                with blaming_plugins(offered):
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
