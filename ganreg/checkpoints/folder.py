"""Checkpoints that stay loadable after a crash at any instant: TensorFlow's files, then a manifest of their checksums.

`tf.train.CheckpointManager` is not used because it removes older checkpoints as soon as TensorFlow has written its own
files, before their checksums exist. With `max_to_keep=None` it removes none, and only its text file with the name of
the newest checkpoint would remain useful. That file is written here too, so that `tf.train.latest_checkpoint` works.
"""

from __future__ import annotations

import contextlib
import errno
import math
import os
import re
import time
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tensorflow as tf

from ganreg.checkpoints.stored import CheckpointScore, DamagedError, Manifest, StoredCheckpoint, recover
from ganreg.engine.numbers import refuse_non_finite_weights
from ganreg.engine.players import Players
from ganreg.engine.variables import variable_groups
from ganreg.errors import GanregWarning, RunError
from ganreg.files.layout import CHECKPOINTS
from ganreg.files.writing import cannot_write, write_text
from ganreg.texts import text_of

KEPT = 3
"""The default number of checkpoints to keep."""

_NEWEST, _BEST = "ckpt", "best"
_NAME = re.compile(r"(ckpt|best)-(0|[1-9]\d{0,17})\.(json|index|data-\d{5}-of-\d{5})", re.ASCII)
_STATE = "checkpoint"
_BYTES_OF_NAMES = 2**28
"""More than a checkpoint takes in addition to its values."""
_ATTEMPTS, _PAUSE = 50, 0.05
"""How often a checkpoint is read again while another process trains the run, and the seconds between two attempts."""
_DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EIO)


def has_checkpoint(folder: Path) -> bool:
    """Whether a run's folder holds a checkpoint that was completed, even if it was damaged later."""
    return any(match[1] == _NEWEST and match[3] == "json" for match in _matches(folder / CHECKPOINTS))


def _matches(folder: Path) -> list[re.Match[str]]:
    """The names in a folder that are those of checkpoints' files."""
    try:
        found = [_NAME.fullmatch(name) for name in os.listdir(folder)]  # noqa: PTH208 - names alone
    except OSError:
        return []
    return [match for match in found if match]


class CheckpointFolder:
    """The checkpoints of one run, numbered by iteration: the newest few, and the best one by a score.

    A checkpoint consists of the files that `tf.train.Checkpoint` writes and of a manifest `ckpt-N.json`, which is
    written last. Without the manifest, or if a checksum in it differs, the checkpoint does not count. An older one is
    removed once a newer one is complete. Values that are not finite are never written, so they cannot replace finite
    ones.

    Args:
        players: the players whose variables the checkpoints hold.
        folder: the run's folder.
        keep: how many of the newest checkpoints to keep.
    """

    def __init__(self, players: Players, folder: Path, keep: int = KEPT) -> None:
        self._players, self._keep = players, keep
        self._run, self._folder = folder, folder / CHECKPOINTS
        groups = variable_groups(players)
        self._groups = {name for name, variables in groups.items() if variables}
        self._checkpoint = tf.train.Checkpoint(**groups)
        self._most_bytes = _most_bytes([variable for group in groups.values() for variable in group])

    def numbers(self) -> list[int]:
        """The iterations of the newest checkpoints that were completed, in order; without the best checkpoint."""
        return [stored.number for stored in self._complete(_NEWEST)]

    def write(self, recorders: Mapping[str, Any] | None = None) -> int:
        """Writes a checkpoint and returns its iteration.

        Args:
            recorders: the state from which each recorder resumes, by name.

        Raises:
            NumericalError: a variable is not finite.
            RunError: the checkpoint cannot be written; earlier ones are kept.
        """
        number = self._players.done
        self._write(StoredCheckpoint(self._folder, _NEWEST, number), Manifest(number, dict(recorders or {})))
        for older in self._complete(_NEWEST)[: -self._keep]:
            older.remove()
        return number

    def keep_best(self, value: float, name: str, *, lower_is_better: bool) -> bool:
        """Keeps the current GAN as the best checkpoint if its score is better than that of the previous best.

        It is kept as `best-N`, independently of the newest few. A rollback to an earlier iteration keeps it too.

        Args:
            value: the score; a value that is not finite is never the best.
            name: the name of the score; a best checkpoint by another score is replaced.
            lower_is_better: whether lower scores are better.

        Returns:
            Whether the current GAN is the new best; false on a tie.

        Raises:
            NumericalError: a variable is not finite.
            RunError: the checkpoint cannot be written; the previous best is kept.
        """
        score, before = CheckpointScore(name, float(value), lower_is_better), self.best()
        if not math.isfinite(value) or (before is not None and before.score and not score.beats(before.score)):
            return False
        number = self._players.done
        self._write(StoredCheckpoint(self._folder, _BEST, number), Manifest(number, {}, score))
        for stored in self._complete(_BEST):
            if stored.number != number:
                stored.remove()
        return True

    def best(self) -> Manifest | None:
        """The manifest of the best intact checkpoint, or `None` if there is none."""
        best = None
        for stored in self._complete(_BEST):
            try:
                found = stored.read(self._most_bytes)
            except DamagedError:
                continue
            # A crash between writing the new one and removing the old one leaves two.
            if found.score is not None and (best is None or best.score is None or found.score.beats(best.score)):
                best = found
        return best

    def newest_intact(self) -> int | None:
        """The iteration of the newest intact checkpoint, or `None` if there is none."""
        for stored in reversed(self._complete(_NEWEST)):
            with contextlib.suppress(DamagedError):
                return stored.read(self._most_bytes).iteration
        return None

    def restore(self, which: str | int = "last") -> Manifest | None:
        """Restores the players' variables from a checkpoint.

        Args:
            which: `"last"` for the newest intact checkpoint, with a warning about newer damaged ones; `"best"`; or an
                iteration.

        Returns:
            The checkpoint's manifest; `None` for `"last"` if no checkpoint was ever completed.

        Raises:
            RunError: there is no such checkpoint, it is damaged, or it does not fit the GAN.
        """
        for _ in range(_ATTEMPTS):
            before, manifest = self._listing(), None
            # A process that trains the run may remove what is to be read, and write something newer.
            with contextlib.suppress(RunError):
                manifest = self._restore(which)
            if manifest is not None:
                return manifest
            time.sleep(_PAUSE if before else 0)
            if self._listing() == before:
                break
        return self._restore(which)

    def _restore(self, which: str | int) -> Manifest | None:
        if which == "last":
            return self._restore_newest()
        number = self._number(which)
        prefixes = (_BEST,) if which == "best" else (_NEWEST, _BEST)
        reasons = []
        for stored in (one for prefix in prefixes for one in self._complete(prefix) if one.number == number):
            try:
                manifest = stored.read(self._most_bytes)
            except DamagedError as error:
                reasons.append(str(error))
                continue
            self._assign(stored)
            return manifest
        raise RunError("; ".join(reasons) or f"{self._run} holds no checkpoint of iteration {number}; {self._offer()}")

    def _listing(self) -> set[tuple[str, int]]:
        """The names of the checkpoints' files and when each was written, which change when a checkpoint is written."""
        found = set()
        for match in _matches(self._folder):
            with contextlib.suppress(OSError):  # removed meanwhile
                found.add((match[0], (self._folder / match[0]).stat().st_mtime_ns))
        return found

    def _number(self, which: str | int) -> int:
        if which == "best":
            best = self.best()
            if best is None:
                raise RunError(
                    f"{self._run} keeps no best checkpoint because it was not evaluated during training; "
                    f"{self._offer()}"
                )
            return best.iteration
        try:
            return int(which)
        except ValueError:
            raise RunError(f"there is no checkpoint '{which}'; {self._offer()}") from None

    def _offer(self) -> str:
        """The available checkpoints, in words."""
        numbers = sorted({stored.number for prefix in (_NEWEST, _BEST) for stored in self._complete(prefix)})
        if not numbers:
            return "it has none yet"
        best = ", 'best'" if self._complete(_BEST) else ""
        return f"choose 'last'{best} or an iteration: {', '.join(map(str, numbers))}"

    def _restore_newest(self) -> Manifest | None:
        stored, before = self._all(_NEWEST), self._listing()
        reasons = []
        for one in reversed(stored):
            if not one.manifest.exists() and one.groups() != self._groups:
                continue  # the files of another program
            try:
                manifest = one.read(self._most_bytes)
            except DamagedError as error:
                reasons.append(str(error))
                continue
            if reasons:
                self._refuse_changing(before)
            self._assign(one)
            for reason in reasons:
                message = f"{reason}; going back to the previous checkpoint, at iteration {one.number}"
                warnings.warn(message, GanregWarning, stacklevel=4)
            return manifest
        if any(one.manifest.exists() for one in stored):
            raise RunError(
                f"{self._run} holds no intact checkpoint: {'; '.join(reasons)}; to train it again from iteration 0: "
                f"ganreg resume {self._run} --restart"
            )
        return None

    def _refuse_changing(self, before: set[tuple[str, int]]) -> None:
        """Raises `RunError` if what seems to be damaged is only being written or removed by another process."""
        time.sleep(_PAUSE)
        if self._listing() != before:
            raise RunError(f"the checkpoints of {self._run} keep changing; try again")

    def _assign(self, stored: StoredCheckpoint) -> None:
        try:
            self._checkpoint.read(str(stored.path)).assert_consumed()
        except (tf.errors.OpError, AssertionError, ValueError) as error:
            reason = text_of(error)
            raise RunError(f"checkpoint {stored.path} does not fit its recipe: {reason}") from error

    def forget_after(self, number: int) -> None:
        """Removes the checkpoints of later iterations, which are damaged or belong to a training that was rolled back.

        The best checkpoint is kept.
        """
        for later in self._complete(_NEWEST):
            if later.number > number:
                later.remove()

    def refuse_foreign(self) -> None:
        """Raises `RunError` if the files of another program have names that a later checkpoint of this run needs."""
        for prefix in (_NEWEST, _BEST):
            for stored in self._all(prefix):
                if stored.number > self._players.done:
                    self._refuse_overwriting(stored)

    def _refuse_overwriting(self, stored: StoredCheckpoint) -> None:
        """Raises `RunError` if writing a checkpoint would replace files that are not of this run.

        Earlier versions could leave files of this run without a manifest; they are known by the names of the variables.
        """
        files = [] if stored.manifest.is_file() else stored.files()
        if files and stored.groups() != self._groups:
            raise RunError(
                f"{files[0]} is where a checkpoint of this run belongs, but was not written by it; move it elsewhere"
            )

    def _complete(self, prefix: str) -> list[StoredCheckpoint]:
        """The checkpoints that were completed, even if they were damaged later, sorted by iteration."""
        return [stored for stored in self._all(prefix) if stored.manifest.is_file()]

    def _all(self, prefix: str) -> list[StoredCheckpoint]:
        """The checkpoints, complete or not, sorted by iteration."""
        numbers = {int(match[2]) for match in _matches(self._folder) if match[1] == prefix}
        return [StoredCheckpoint(self._folder, prefix, number) for number in sorted(numbers)]

    def _write(self, stored: StoredCheckpoint, manifest: Manifest) -> None:
        refuse_non_finite_weights(self._players)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            recover(self._folder)
            self._refuse_overwriting(stored)
            stored.write(self._checkpoint, manifest)
            if stored.prefix == _NEWEST:
                self._write_state_file(stored)
        except (OSError, RunError, tf.errors.OpError) as error:
            raise _explained(self._folder, error) from error

    def _write_state_file(self, stored: StoredCheckpoint) -> None:
        """Writes the file in which `tf.train.latest_checkpoint` looks the newest checkpoint up."""
        text = f'model_checkpoint_path: "{stored.stem}"\nall_model_checkpoint_paths: "{stored.stem}"\n'
        write_text(self._folder / _STATE, text, durable=False)


def _explained(folder: Path, error: Exception) -> RunError:
    if isinstance(error, RunError):
        return error
    if isinstance(error, OSError):
        return cannot_write(folder, error)
    # TensorFlow wraps the operating system's reason in its own text.
    for number in _DISK_ERRORS:
        if os.strerror(number) in str(error):
            return cannot_write(folder, OSError(number, os.strerror(number)))
    other = RunError(f"cannot write a checkpoint to {folder}: {' '.join(str(error).split())[:300]}")
    other.exit_code = 1
    return other


def _most_bytes(variables: Sequence[tf.Variable]) -> int | None:
    """The size that a checkpoint's files do not reach; `None` if the size of a component's state is not fixed."""
    if any(not variable.shape.is_fully_defined() or variable.dtype == tf.string for variable in variables):
        return None
    values: int = sum(variable.dtype.size * math.prod(variable.shape) for variable in variables)
    return 2 * values + _BYTES_OF_NAMES
