"""Checkpoints that a crash at any instant leaves loadable: files, then a manifest with their checksums.

`tf.train.CheckpointManager` is not used. It removes older checkpoints as soon as TensorFlow's own files are written,
before a checksum of them could be; with `max_to_keep=None` it removes none, and then all that is left of it is a text
file with the newest one's name, which is written here too, so that `tf.train.latest_checkpoint` finds it.
"""

from __future__ import annotations

import errno
import math
import os
import re
import shutil
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tensorflow as tf

from ganreg.checkpoints.stored import CheckpointScore, DamagedError, Manifest, StoredCheckpoint
from ganreg.engine.numbers import refuse_non_finite_weights
from ganreg.engine.players import Players
from ganreg.engine.variables import variable_groups
from ganreg.errors import GanregWarning, RunError
from ganreg.files.layout import CHECKPOINTS
from ganreg.files.writing import cannot_write, write_text

KEPT = 3
"""Checkpoints that are kept, unless asked for otherwise."""

_NEWEST, _BEST = "ckpt", "best"
_NAME = re.compile(r"(ckpt|best)-(\d+)\.(.+)")
_STATE = "checkpoint"
_TOLD_BY_TENSORFLOW = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EIO)


class CheckpointFolder:
    """The checkpoints of one run, numbered by iteration: the newest few, and the best one by a score.

    A checkpoint is what `tf.train.Checkpoint` writes, and a manifest `ckpt-N.json` that is written last: without it,
    or where a checksum in it differs, there is no checkpoint. An older one goes when a newer one is complete. What is
    not finite is never written, so that it cannot take the place of what is.

    Args:
        players: whose variables they hold.
        folder: the run's folder.
        keep: how many of the newest to keep.
    """

    def __init__(self, players: Players, folder: Path, keep: int = KEPT) -> None:
        self._players, self._keep = players, keep
        self._run, self._folder = folder, folder / CHECKPOINTS
        self._checkpoint = tf.train.Checkpoint(**variable_groups(players))

    def numbers(self) -> list[int]:
        """The iterations that there are files of, complete or not, in order; the best one is not among them."""
        return [stored.number for stored in self._all(_NEWEST)]

    def write(self, recorders: Mapping[str, Any] | None = None) -> int:
        """Writes a checkpoint; returns its iteration.

        Args:
            recorders: what recorders need to go on, by name.

        Raises:
            NumericalError: a variable is not finite.
            RunError: it cannot be written; those before it stay.
        """
        number = int(self._players.iterations)
        self._write(StoredCheckpoint(self._folder, _NEWEST, number), Manifest(number, dict(recorders or {})))
        for older in self._all(_NEWEST)[: -self._keep]:
            older.remove()
        return number

    def keep_best(self, value: float, name: str, *, lower_is_better: bool) -> bool:
        """Keeps the GAN as it is now, if it is better than the best one so far, which then goes.

        It is kept as `best-N`, whatever becomes of the newest few. A run that goes back in time keeps it: it is the
        best that there was.

        Args:
            value: how good the GAN is; what is not finite is never the best.
            name: what was measured; the best one by another name gives way.
            lower_is_better: which way is better.

        Returns:
            Whether it is the best now; not where it equals the best one.

        Raises:
            NumericalError: a variable is not finite.
            RunError: it cannot be written; the best one before stays.
        """
        score, before = CheckpointScore(name, float(value), lower_is_better), self.best()
        if not math.isfinite(value) or (before is not None and before.score and not score.beats(before.score)):
            return False
        number = int(self._players.iterations)
        self._write(StoredCheckpoint(self._folder, _BEST, number), Manifest(number, {}, score))
        for stored in self._all(_BEST):
            if stored.number != number:
                stored.remove()
        return True

    def best(self) -> Manifest | None:
        """The best checkpoint that is whole, with its score; `None` where there is none."""
        best = None
        for stored in self._all(_BEST):
            try:
                found = stored.read()
            except DamagedError:
                continue
            # Two of them are what a crash leaves between writing the new and removing the old.
            if found.score is not None and (best is None or best.score is None or found.score.beats(best.score)):
                best = found
        return best

    def restore(self, which: str | int = "last") -> Manifest | None:
        """Brings the GAN to a checkpoint.

        Args:
            which: `"last"` for the newest that is whole, with a warning of newer ones that are not; `"best"`; or an
                iteration.

        Returns:
            What the checkpoint holds beside the variables; `None` for the newest where none was ever begun.

        Raises:
            RunError: there is no such checkpoint, it is not whole, or it does not fit the GAN.
        """
        if which == "last":
            return self._restore_newest()
        number = self._number(which)
        prefixes = (_BEST,) if which == "best" else (_NEWEST, _BEST)
        reasons = []
        for stored in (one for prefix in prefixes for one in self._all(prefix) if one.number == number):
            try:
                manifest = stored.read()
            except DamagedError as error:
                reasons.append(str(error))
                continue
            self._assign(stored)
            return manifest
        raise RunError("; ".join(reasons) or f"{self._run} holds no checkpoint of iteration {number}; {self._offer()}")

    def _number(self, which: str | int) -> int:
        if which == "best":
            best = self.best()
            if best is None:
                raise RunError(f"{self._run} keeps no best checkpoint, as nothing has judged it; {self._offer()}")
            return best.iteration
        try:
            return int(which)
        except ValueError:
            raise RunError(f"there is no checkpoint '{which}'; {self._offer()}") from None

    def _offer(self) -> str:
        """What there is to choose from, in words."""
        numbers = sorted({stored.number for prefix in (_NEWEST, _BEST) for stored in self._all(prefix)})
        if not numbers:
            return "it has none yet"
        best = ", 'best'" if self._all(_BEST) else ""
        return f"choose 'last'{best} or an iteration: {', '.join(map(str, numbers))}"

    def _restore_newest(self) -> Manifest | None:
        stored = self._all(_NEWEST)
        reasons = []
        for one in reversed(stored):
            try:
                manifest = one.read()
            except DamagedError as error:
                reasons.append(str(error))
                continue
            for reason in reasons:
                message = f"{reason}; going back to the checkpoint before, at iteration {one.number}"
                warnings.warn(message, GanregWarning, stacklevel=3)
            self._assign(one)
            return manifest
        if any(one.manifest.exists() for one in stored):
            raise RunError(f"{self._run} holds no checkpoint that is whole: {'; '.join(reasons)}")
        return None

    def _assign(self, stored: StoredCheckpoint) -> None:
        try:
            self._checkpoint.read(str(stored.path)).assert_consumed()
        except (tf.errors.OpError, AssertionError, ValueError) as error:
            reason = " ".join(str(error).split())[:300]
            raise RunError(f"checkpoint {stored.path} does not fit its recipe: {reason}") from error

    def forget_after(self, number: int) -> None:
        """Removes the checkpoints of later iterations: damaged ones, or those of a future that is not to come.

        The best one stays, wherever it was.
        """
        for later in self._all(_NEWEST):
            if later.number > number:
                later.remove()

    def _all(self, prefix: str) -> list[StoredCheckpoint]:
        """The checkpoints that there are files of, complete or not, by iteration."""
        matches = [_NAME.fullmatch(path.name) for path in self._folder.glob(f"{prefix}-*")]
        return [
            StoredCheckpoint(self._folder, prefix, number) for number in sorted({int(one[2]) for one in matches if one})
        ]

    def _write(self, stored: StoredCheckpoint, manifest: Manifest) -> None:
        refuse_non_finite_weights(self._players)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._sweep()
            stored.write(self._checkpoint, manifest)
            if stored.prefix == _NEWEST:
                self._tell_tensorflow(stored)
        except (OSError, RunError, tf.errors.OpError) as error:
            stored.remove()
            self._sweep()
            raise _explained(self._folder, error) from error

    def _sweep(self) -> None:
        """Removes what a process that was killed while it wrote has left behind."""
        for path in self._folder.glob("*_temp*"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self._folder.glob(".*.tmp*"):
            path.unlink(missing_ok=True)

    def _tell_tensorflow(self, stored: StoredCheckpoint) -> None:
        """Lets `tf.train.latest_checkpoint` find it."""
        text = f'model_checkpoint_path: "{stored.stem}"\nall_model_checkpoint_paths: "{stored.stem}"\n'
        write_text(self._folder / _STATE, text, durable=False)


def _explained(folder: Path, error: Exception) -> RunError:
    if isinstance(error, RunError):
        return error
    if isinstance(error, OSError):
        return cannot_write(folder, error)
    # TensorFlow puts what the disk said into words of its own.
    for number in _TOLD_BY_TENSORFLOW:
        if os.strerror(number) in str(error):
            return cannot_write(folder, OSError(number, os.strerror(number)))
    said = RunError(f"cannot write a checkpoint to {folder}: {' '.join(str(error).split())[:300]}")
    said.exit_code = 1
    return said
