"""Callbacks that write a run's folder during training."""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from ganreg.checkpoints.folder import CheckpointFolder
from ganreg.checkpoints.stored import Manifest
from ganreg.contract.callbacks import Table, UpdateCallback
from ganreg.data.arrays import Array
from ganreg.errors import GanregWarning, RunError
from ganreg.runs.record import Record
from ganreg.runs.sample_grids import draw
from ganreg.runs.translation_grids import draw_translations, draws_translations, translation_panels

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


class SampleGrids(Recorder):
    """Draws samples at regular intervals, always of the same latents or sources, to show how they change.

    Args:
        gan: what is trained.
        run: where the grids go.
        real: real samples, drawn behind generated points.
        every: iterations between two grids.
    """

    def __init__(self, gan: GAN, run: Run, real: Array, every: int) -> None:
        super().__init__()
        self.every = every
        self._gan, self._run, self._real = gan, run, real

    def on_iteration(self, iteration: int) -> None:
        """Draws one grid, named by the iteration."""
        self.draw(iteration)

    def draw(self, iteration: int) -> Path:
        """Draws the grid of an iteration, and returns its path."""
        data, seed = self._gan.assembly.data, self._gan.recipe.seed
        path = self._run.samples / f"{iteration:08d}.png"
        if draws_translations(self._gan.assembly):
            draw_translations(translation_panels(self._gan, seed=seed), path)
            return path
        count = grid_size(self._gan)
        samples = self._gan.generate(count, seed=seed, labels=grid_labels(self._gan, count))
        draw(samples, data, path, real=self._real, title=f"{self._gan.recipe.name} after {iteration} iterations")
        return path


def grid_size(gan: GAN) -> int:
    """How many samples a grid shows: 64 images (a column for each class if they are few), 16 signals, 1,000 points."""
    data = gan.assembly.data
    if not data.is_image:
        return 16 if data.is_signal or data.is_volume else 1000
    classes = data.num_classes
    return classes**2 if gan.assembly.generator.conditional and classes and classes <= 12 else 64


def grid_labels(gan: GAN, count: int) -> Array | None:
    """The labels of a conditional generator's grid, one column for each class; otherwise `None`."""
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
    """Writes a checkpoint at regular intervals, and keeps the last few.

    Comes after the recorders, so that their states are those of the same iteration.

    Args:
        folder: writes them.
        recorders: their states go into each checkpoint.
        every: iterations between checkpoints; 0 for none.
        minutes: minutes between checkpoints, each at the end of a compiled call; `None` for none.

    Attributes:
        pauses: how many seconds each took.
        written: the iteration of the newest.
    """

    def __init__(
        self, folder: CheckpointFolder, recorders: Sequence[Recorder], *, every: int, minutes: float | None = None
    ) -> None:
        super().__init__()
        self.every = every
        self.pauses: list[float] = []
        self._folder, self._recorders = folder, recorders
        self._seconds = None if minutes is None else 60 * minutes
        self._absent: dict[str, Any] = {}
        self.written, self._last = -1, time.monotonic()

    def carry_over(self, manifest: Manifest) -> None:
        """Keeps the states of recorders that do not take part now, so that they can continue from there later.

        Warns with a `GanregWarning` about each. ganreg's own recorders are not kept: they start afresh when they are
        switched on again.
        """
        names = {recorder.name for recorder in self._recorders}
        self._absent = {
            name: state for name, state in manifest.recorders.items() if name not in names and name not in _OWN
        }
        for name in self._absent:
            warnings.warn(
                f"the checkpoint holds the state of recorder '{name}', which does not take part in this training; "
                "its state is kept as it is",
                GanregWarning,
                stacklevel=3,
            )

    def on_updates(self, first: int, logs: Table) -> None:
        """Writes one when the minutes have passed."""
        if self._seconds is not None and time.monotonic() - self._last >= self._seconds:
            self.write(first + len(next(iter(logs.values()))))

    def on_iteration(self, iteration: int) -> None:
        """Writes one."""
        self.write(iteration)

    def write(self, iteration: int) -> None:
        """Writes a checkpoint of an iteration, if there is none yet.

        Raises:
            RunError: it cannot be written, or a recorder's state is not plain values.
        """
        if iteration == self.written:
            return
        began = time.perf_counter()
        states = {recorder.name: plain_state(recorder) for recorder in self._recorders if recorder.name}
        self.written = self._folder.write(self._absent | states)
        self.pauses.append(time.perf_counter() - began)
        self._last = time.monotonic()


_OWN = frozenset({"metrics", "evaluations", "health", "rollbacks"})
"""The names of the recorders that come with ganreg."""


def refuse_shared_names(recorders: Iterable[Recorder]) -> None:
    """Raises `RunError` where two recorders have one name, because one would restore the other's state."""
    seen: dict[str, Recorder] = {}
    for recorder in recorders:
        other = seen.setdefault(recorder.name, recorder)
        if recorder.name and other is not recorder:
            raise RunError(
                f"two recorders are called '{recorder.name}' ({type(other).__name__} and {type(recorder).__name__}); "
                "give each a name of its own"
            )


def plain_state(recorder: Recorder) -> Any:
    """A recorder's state.

    Raises:
        RunError: it is not made of plain values, so that no checkpoint can hold it.
    """
    state = recorder.state()
    try:
        json.dumps(state)
    except (TypeError, ValueError, RecursionError) as error:
        raise RunError(
            f"recorder '{recorder.name}' returned a state that JSON cannot hold ({error}); "
            "return numbers, text, lists and dictionaries from state()"
        ) from error
    return state
