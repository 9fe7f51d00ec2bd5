"""Callbacks that write a run's folder as it trains."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

from ganreg.data.arrays import Array
from ganreg.engine.callbacks import Table, UpdateCallback
from ganreg.errors import RunError
from ganreg.runs.plots import draw
from ganreg.runs.saving import save_checkpoint

if TYPE_CHECKING:
    from ganreg.engine.gan import GAN
    from ganreg.runs.run import Run


class MetricsFile(UpdateCallback):
    """Appends a row to `metrics.csv` every so many iterations: the means since the row before.

    Rows are cut from what compiled calls log, however many iterations each runs.

    Args:
        path: the file; begun anew.
        columns: the names of the logs, in order.
        rows_every: iterations between rows.
    """

    def __init__(self, path: Path, columns: list[str], rows_every: int) -> None:
        super().__init__()
        self._rows_every = rows_every
        self._path, self._columns = path, columns
        self._pending: list[Table] = []
        self._done = 0
        self._write([["iteration", *columns]], mode="w")

    def on_updates(self, first: int, logs: Table) -> None:
        """Writes the rows that are complete now, and keeps the rest."""
        start, end = first, first + len(next(iter(logs.values())))
        rows = []
        while start < end:
            stop = min(end, (start // self._rows_every + 1) * self._rows_every)
            self._pending.append({name: values[start - first : stop - first] for name, values in logs.items()})
            self._done = start = stop
            if stop % self._rows_every == 0:
                rows.append(self._row())
        if rows:
            self._write(rows, mode="a")

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Writes what has been logged since the last row."""
        if self._pending:
            self._write([self._row()], mode="a")

    def _row(self) -> list[object]:
        """The means of what is pending, which is no longer so."""
        logged: dict[str, list[Array]] = {}
        for table in self._pending:
            for name, values in table.items():
                logged.setdefault(name, []).append(values)
        self._pending = []
        means = {name: float(np.mean(np.concatenate(values))) for name, values in logged.items()}
        return [self._done, *(f"{means[name]:.9g}" if name in means else "" for name in self._columns)]

    def _write(self, rows: list[list[object]], mode: str) -> None:
        try:
            with self._path.open(mode, newline="", encoding="utf-8") as file:
                csv.writer(file, lineterminator="\n").writerows(rows)
        except OSError as error:
            raise RunError(f"cannot write {self._path}: {error.strerror or error}") from error


class SamplePictures(UpdateCallback):
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


class Checkpoints(UpdateCallback):
    """Writes a checkpoint every so many iterations; the last few are kept.

    Args:
        gan: what is trained.
        manager: keeps the files.
        every: iterations between checkpoints.
    """

    def __init__(self, gan: GAN, manager: tf.train.CheckpointManager, every: int) -> None:
        super().__init__()
        self.every = every
        self._gan, self._manager = gan, manager

    def on_iteration(self, iteration: int) -> None:
        """Writes one checkpoint."""
        save_checkpoint(self._gan, self._manager)
