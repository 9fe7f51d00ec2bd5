"""Callbacks that write a run's folder as it trains."""

from __future__ import annotations

import csv
import io
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from ganreg.data.arrays import Array
from ganreg.engine.callbacks import Table, UpdateCallback
from ganreg.errors import RunError
from ganreg.runs.checkpoints import CheckpointFolder
from ganreg.runs.files import cannot_write
from ganreg.runs.plots import draw
from ganreg.runs.record import Record

if TYPE_CHECKING:
    from ganreg.engine.gan import GAN
    from ganreg.runs.run import Run


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


class MetricsFile(Recorder):
    """Appends rows to `metrics.csv`: the means of the iterations since the row before.

    How many iterations a row stands for depends on their number alone, so that a run that goes further than it was
    asked to at first has the rows that it would have had: 1 up to the 400th iteration, then 2, 5, 10 and 20, and from
    the 10,000th on 50. Rows are cut from what compiled calls log, however many iterations each runs.

    Args:
        path: the file; begun anew, unless `restore` is called.
        columns: the names of the logs, in order.
        rows_every: iterations between rows, always the same number; as above unless given.

    Attributes:
        listeners: called with the iteration and the values of each row that has been written.
    """

    name = "metrics"

    def __init__(self, path: Path, columns: list[str], rows_every: int | None = None) -> None:
        super().__init__()
        self.listeners: list[Callable[[int, Mapping[str, float]], None]] = []
        self._rows_every = rows_every
        self._path, self._columns = path, columns
        self._pending: list[Table] = []
        self._done = self._bytes = 0
        self._begun = False

    def state(self) -> Mapping[str, Any]:
        """How long the file is without a row that is not complete, and the values that go into that row."""
        self._begin()
        pending = {name: np.concatenate(values).tolist() for name, values in _gathered(self._pending).items()}
        return {"columns": self._columns, "bytes": self._bytes, "done": self._done, "pending": pending}

    def restore(self, state: Any) -> None:
        """Cuts the file back to where it was at the checkpoint.

        Raises:
            RunError: it is missing, shorter than it was, or of other columns, or the state is none.
        """
        try:
            columns, size, self._done = list(state["columns"]), int(state["bytes"]), int(state["done"])
            self._pending = [{name: np.asarray(values, np.float32) for name, values in state["pending"].items()}]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RunError(f"the checkpoint does not say where {self._path} was; {_BEGIN_AGAIN}") from error
        if columns != self._columns:
            raise RunError(
                f"{self._path} has other columns than are logged now: {_told(columns, self._columns)}; {_BEGIN_AGAIN}"
            )
        self._pending = [table for table in self._pending if table]
        self._begun, self._bytes = True, size
        present = self._path.stat().st_size if self._path.is_file() else 0
        if present < size:
            raise RunError(
                f"{self._path} is {'shorter than it was' if present else 'missing'}: rows up to iteration {self._done} "
                f"are lost; {_BEGIN_AGAIN}"
            )
        self._cut()

    def begin_after(self, iteration: int) -> None:
        """Begins a new file that goes on at an iteration; what there is of the old one is put aside."""
        aside = self._path.with_name(f"{self._path.stem}-to-{iteration}.csv")
        if self._path.exists() and not aside.exists():  # it does where an earlier try to go on got this far
            self._path.replace(aside)
        self._done, self._pending, self._begun = iteration, [], False

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Begins the file."""
        self._begin()

    def on_updates(self, first: int, logs: Table) -> None:
        """Writes the rows that are complete now, and keeps the rest."""
        self._begin()
        start, end = first, first + len(next(iter(logs.values())))
        rows = []
        while start < end:
            row_end = self._row_end(start)
            stop = min(end, row_end)
            self._pending.append({name: values[start - first : stop - first] for name, values in logs.items()})
            self._done = start = stop
            if stop == row_end:
                rows.append(self._row())
                self._pending = []
        if rows:
            self._bytes += self._append(rows)

    def _row_end(self, iteration: int) -> int:
        """Where the row that an iteration belongs to ends."""
        every = self._rows_every or next(
            size for size in _ROW_SIZES if iteration >= _ROWS_OF_A_SIZE * size or size == 1
        )
        return (iteration // every + 1) * every

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Writes what has been logged since the last row, without taking it for a complete one."""
        if self._pending:
            self._cut()
            self._append([self._row()])

    def _row(self) -> list[Any]:
        """The means of what is pending."""
        means = {name: float(np.mean(np.concatenate(values))) for name, values in _gathered(self._pending).items()}
        return [self._done, *(f"{means[name]:.9g}" if name in means else "" for name in self._columns)]

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._bytes = self._write([["iteration", *self._columns]], mode="w")

    def _append(self, rows: list[list[Any]]) -> int:
        written = self._write(rows, mode="r+")  # which fails where the file has vanished, rather than begin another
        for iteration, *values in rows:
            named = {name: float(value) for name, value in zip(self._columns, values, strict=True) if value != ""}
            for listener in self.listeners:
                listener(iteration, named)
        return written

    def _write(self, rows: list[list[Any]], mode: str) -> int:
        """Writes rows at the end; returns how many bytes they are."""
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        encoded = text.getvalue().encode()
        try:
            with self._path.open(f"{mode}b") as file:
                file.seek(0, os.SEEK_END)
                file.write(encoded)
        except OSError as error:
            raise cannot_write(self._path, error) from error
        return len(encoded)

    def _cut(self) -> None:
        """Takes off whatever is behind the last complete row, and waits until the rest is on the disk."""
        try:
            with self._path.open("r+b") as file:
                file.truncate(self._bytes)
                os.fsync(file.fileno())
        except OSError as error:
            raise cannot_write(self._path, error) from error


_BEGIN_AGAIN = "--allow-changes goes on with a new one, and keeps what there is under another name"


def _told(before: Sequence[str], now: Sequence[str]) -> str:
    """What is no more, and what is new, in words."""
    gone, new = [name for name in before if name not in now], [name for name in now if name not in before]
    told = [f"{word} {', '.join(names)}" for word, names in (("without", gone), ("with", new)) if names]
    return " and ".join(told) or "in another order"


_ROW_SIZES = (50, 20, 10, 5, 2, 1)
_ROWS_OF_A_SIZE = 200
"""A row of n iterations comes from this many times n on."""


def _gathered(tables: Sequence[Table]) -> dict[str, list[Array]]:
    gathered: dict[str, list[Array]] = {}
    for table in tables:
        for name, values in table.items():
            gathered.setdefault(name, []).append(values)
    return gathered


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
