"""TensorBoard's event files, which hold what `metrics.csv` and `samples/` hold.

The only module that knows TensorBoard's own writer and messages. `tf.summary` is not used, because it decodes and
encodes each PNG again, and cannot write from which iteration on a file holds.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ganreg.contract.callbacks import Recorder, Table
from ganreg.contract.recipes import Recipe, flattened
from ganreg.contract.run import Run
from ganreg.errors import RunError
from ganreg.files.layout import TENSORBOARD
from ganreg.files.writing import cannot_write


class Events(Recorder):
    """Writes one event file per process: scalars as in `metrics.csv`, sample grids, and the recipe as hparams.

    It computes nothing with TensorFlow. A file begins with the iteration from which it holds, so that TensorBoard drops
    what an earlier process wrote about later iterations.

    Args:
        run: the run whose folder the files go into.
        every: the number of iterations between sample grids.
    """

    def __init__(self, run: Run, every: int) -> None:
        super().__init__()
        self.every = every
        self._run = run
        self._file: _EventFile | None = None
        self._pictured = -1

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Begins a file for the iterations to come."""
        self.close()
        self._file = _EventFile(self._run.path / TENSORBOARD, first=self.model.players.done + 1)
        self._file.add_hyperparameters(self._run.recipe)

    def add_row(self, iteration: int, values: Mapping[str, float]) -> None:
        """Writes the values of one row of `metrics.csv`."""
        if self._file is not None:
            self._file.add_scalars(iteration, values)

    def on_iteration(self, iteration: int) -> None:
        """Writes the sample grid of an iteration."""
        self.add_picture(iteration, self._run.samples / f"{iteration:08d}.png")

    def add_picture(self, iteration: int, path: Path) -> None:
        """Writes a sample grid if its file exists, once per iteration."""
        if self._file is not None and iteration != self._pictured and path.is_file():
            self._pictured = iteration
            self._file.add_picture(iteration, path.read_bytes())

    def on_updates(self, first: int, logs: Table) -> None:
        """Flushes what has been written, so that TensorBoard sees it."""
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """Writes the remaining records and closes the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


class _EventFile:
    """One file of TensorBoard's records."""

    def __init__(self, folder: Path, first: int) -> None:
        # TensorBoard reads files in the order of their names.
        name = f"events.out.tfevents.{time.time_ns():020d}.{socket.gethostname()}.{os.getpid()}"
        self._path = folder / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._bytes = self._path.open("ab")
        except OSError as error:
            raise cannot_write(self._path, error) from error
        from tensorboard.summary.writer.record_writer import RecordWriter

        self._records = RecordWriter(self._bytes)
        self._add(file_version="brain.Event:2")
        self._add(step=first, session_log={"status": "START"})
        self.flush()

    def add_hyperparameters(self, recipe: Recipe) -> None:
        from tensorboard.plugins.hparams.api import hparams_pb

        summary = hparams_pb(hyperparameters(recipe), trial_id=str(self._path.parent))
        self._add(step=0, encoded_summary=summary.SerializeToString())

    def add_scalars(self, iteration: int, values: Mapping[str, float]) -> None:
        scalars = [{"tag": name, "simple_value": value} for name, value in values.items()]
        self._add(step=iteration, summary={"value": scalars})

    def add_picture(self, iteration: int, png: bytes) -> None:
        picture = {"tag": "samples", "image": {"encoded_image_string": png}}
        self._add(step=iteration, summary={"value": [picture]})

    def _add(self, *, encoded_summary: bytes = b"", **content: Any) -> None:
        """Writes an event.

        Args:
            encoded_summary: a summary as bytes, because TensorBoard's helpers make TensorFlow's kind of message.
            **content: the event's other fields.
        """
        from tensorboard.compat.proto.event_pb2 import Event

        event = Event(wall_time=time.time(), **content)
        if encoded_summary:
            event.summary.MergeFromString(encoded_summary)
        try:
            self._records.write(event.SerializeToString())
        except OSError as error:
            raise self._error(error) from error

    def flush(self) -> None:
        try:
            self._bytes.flush()
        except OSError as error:
            raise self._error(error) from error

    def close(self) -> None:
        try:
            self._bytes.close()
        except OSError as error:
            raise self._error(error) from error

    def _error(self, error: OSError) -> RunError:
        return cannot_write(self._path, error)


def hyperparameters(recipe: Recipe) -> dict[str, bool | int | float | str]:
    """A recipe as TensorBoard's hparams: by dotted key, with lists as text."""
    return {
        key: value if isinstance(value, (bool, int, float, str)) else ", ".join(map(str, value))
        for key, value in flattened(recipe.as_table()).items()
        if key not in ("summary", "paper")
    }
