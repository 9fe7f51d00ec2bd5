"""Callbacks that write a run's folder as it trains."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from ganreg.checkpoints.folder import CheckpointFolder
from ganreg.contract.callbacks import Table, UpdateCallback
from ganreg.data.arrays import Array
from ganreg.runs.record import Record
from ganreg.runs.sample_grids import draw

if TYPE_CHECKING:
    from ganreg.contract.run import Run
    from ganreg.gan import GAN


class Recorder(UpdateCallback):
    """A callback whose own state is kept in checkpoints, so that a resumed run writes what it would have written.

    Attributes:
        name: what its state is kept under; empty for one without state.
    """

    name = ""

    def state(self) -> Any:
        """What it needs to go on from here, as plain values that JSON can hold."""
        return None

    def restore(self, state: Any) -> None:
        """Goes on from a state; called before the training begins.

        Args:
            state: as `state` returned it, or `None` where the checkpoint holds none.
        """


class SamplePictures(Recorder):
    """Draws the same latents every so many iterations, so that one sees them change.

    Args:
        gan: what is trained.
        run: where pictures go.
        real: real samples to draw behind points.
        every: iterations between pictures.
    """

    def __init__(self, gan: GAN, run: Run, real: Array, every: int) -> None:
        super().__init__()
        self.every = every
        self._gan, self._run, self._real = gan, run, real

    def on_iteration(self, iteration: int) -> None:
        """Draws one picture, named by the iteration."""
        self.draw(iteration)

    def draw(self, iteration: int) -> Path:
        """Draws the picture of an iteration; returns its path."""
        data = self._gan.assembly.data
        count = picture_size(self._gan)
        samples = self._gan.generate(count, seed=self._gan.recipe.seed, labels=picture_labels(self._gan, count))
        path = self._run.samples / f"{iteration:08d}.png"
        draw(samples, data, path, real=self._real, title=f"{self._gan.recipe.name} after {iteration} iterations")
        return path


def picture_size(gan: GAN) -> int:
    """How many samples a picture shows: 64 images, 1,000 points."""
    if not gan.assembly.data.is_image:
        return 1000
    classes = gan.assembly.data.num_classes
    return classes**2 if gan.assembly.generator.conditional and classes and classes <= 12 else 64


def picture_labels(gan: GAN, count: int) -> Array | None:
    """A column a class for a conditional generator, else none."""
    if not gan.assembly.generator.conditional:
        return None
    return np.arange(count) % (gan.assembly.data.num_classes or 1)


class RecordOfExecution(Recorder):
    """Keeps in `run.toml` how updates run, from when that is known.

    Args:
        record: the run's record so far.
        folder: the run's folder.
    """

    def __init__(self, record: Record, folder: Path) -> None:
        super().__init__()
        self.record, self._folder = record, folder

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Writes what was chosen."""
        self._keep()

    def on_updates(self, first: int, logs: Table) -> None:
        """Writes it again where XLA gave way to the graph."""
        self._keep()

    def _keep(self) -> None:
        execution = self.model.execution
        if execution != self.record.execution:
            self.record = attrs.evolve(self.record, execution=execution)
            self.record.write(self._folder)


class Checkpoints(UpdateCallback):
    """Writes a checkpoint every so many iterations or minutes; the last few are kept.

    Comes after the recorders, so that their states are those of the same iteration.

    Args:
        folder: writes them.
        recorders: whose states go into each.
        every: iterations between checkpoints; 0 for none.
        minutes: minutes between checkpoints, at the end of a compiled call; `None` for none.

    Attributes:
        pauses: seconds that each took.
        written: the iteration of the newest.
    """

    def __init__(
        self, folder: CheckpointFolder, recorders: Sequence[Recorder], *, every: int, minutes: float | None = None
    ) -> None:
        super().__init__()
        self.every = every
        self.pauses: list[float] = []
        self._folder, self._recorders = folder, [recorder for recorder in recorders if recorder.name]
        self._seconds = None if minutes is None else 60 * minutes
        self.written, self._last = -1, time.monotonic()

    def on_updates(self, first: int, logs: Table) -> None:
        """Writes one when the minutes have passed."""
        if self._seconds is not None and time.monotonic() - self._last >= self._seconds:
            self.write(first + len(next(iter(logs.values()))))

    def on_iteration(self, iteration: int) -> None:
        """Writes one."""
        self.write(iteration)

    def write(self, iteration: int) -> None:
        """Writes a checkpoint of an iteration, unless there is one."""
        if iteration == self.written:
            return
        began = time.perf_counter()
        self.written = self._folder.write({recorder.name: recorder.state() for recorder in self._recorders})
        self.pauses.append(time.perf_counter() - began)
        self._last = time.monotonic()
