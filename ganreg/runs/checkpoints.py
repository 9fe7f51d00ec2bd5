"""Checkpoints that a crash at any instant leaves loadable: files, then a manifest with their checksums."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import shutil
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import tensorflow as tf

from ganreg.engine.variables import variable_groups
from ganreg.errors import GanregWarning, RunError
from ganreg.runs.files import cannot_write, sha256_of, synchronize, write_text
from ganreg.runs.run import CHECKPOINTS

if TYPE_CHECKING:
    from ganreg.engine.gan import GAN

KEPT = 3
"""Checkpoints that are kept, unless asked for otherwise."""

_NAME = re.compile(r"ckpt-(\d+)\.(.+)")
_STATE = "checkpoint"


class DamagedError(ValueError):
    """A checkpoint's files are not what its manifest says; the text says what is wrong."""


@attrs.frozen
class Manifest:
    """What a checkpoint holds beside the variables.

    Attributes:
        iteration: iterations done.
        recorders: by name, what each recorder needs to go on; plain values.
    """

    iteration: int
    recorders: Mapping[str, Any]


class CheckpointFolder:
    """The checkpoints of one run, numbered by iteration.

    A checkpoint is what `tf.train.Checkpoint` writes, and a manifest `ckpt-N.json` that is written last: without it,
    or where a checksum in it differs, there is no checkpoint. An older one goes when a newer one is complete.

    Args:
        gan: whose variables they hold.
        folder: the run's folder.
        keep: how many of the newest to keep.
    """

    def __init__(self, gan: GAN, folder: Path, keep: int = KEPT) -> None:
        self._gan, self._keep = gan, keep
        self._run, self._folder = folder, folder / CHECKPOINTS
        self._checkpoint = tf.train.Checkpoint(**variable_groups(gan))

    def numbers(self) -> list[int]:
        """The iterations that there are files of, complete or not, in order."""
        found = {int(match[1]) for path in self._folder.glob("ckpt-*") if (match := _NAME.fullmatch(path.name))}
        return sorted(found)

    def write(self, recorders: Mapping[str, Any] | None = None) -> int:
        """Writes a checkpoint; returns its iteration.

        Args:
            recorders: what recorders need to go on, by name.

        Raises:
            RunError: it cannot be written; those before it stay.
        """
        number = int(self._gan.iterations)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._sweep()
            self._manifest(number).unlink(missing_ok=True)
            self._checkpoint.write(str(self._folder / f"ckpt-{number}"))
            files = self._files(number)
            for path in files:
                synchronize(path)
            content = {
                "iteration": number,
                "files": {path.name: sha256_of(path) for path in files},
                "recorders": dict(recorders or {}),
            }
            write_text(self._manifest(number), json.dumps({"sha256": _digest(content), **content}) + "\n")
            self._tell_tensorflow(number)
        except (OSError, RunError, tf.errors.OpError) as error:
            self._remove(number)
            self._sweep()
            raise _explained(self._folder, error) from error
        for older in self.numbers()[: -self._keep]:
            self._remove(older)
        return number

    def restore(self) -> Manifest | None:
        """Brings the GAN to the newest checkpoint that is whole; warns of newer ones that are not.

        Returns:
            What the checkpoint holds beside the variables, or `None` where none was ever begun.

        Raises:
            RunError: none is whole, or it does not fit the GAN.
        """
        numbers = self.numbers()
        reasons = []
        for number in reversed(numbers):
            try:
                manifest = self._read(number)
            except DamagedError as error:
                reasons.append(str(error))
                continue
            for reason in reasons:
                message = f"{reason}; going back to the checkpoint before, at iteration {number}"
                warnings.warn(message, GanregWarning, stacklevel=2)
            self._assign(number)
            return manifest
        if numbers and any(self._manifest(number).exists() for number in numbers):
            raise RunError(f"{self._run} holds no checkpoint that is whole: {'; '.join(reasons)}")
        return None

    def _assign(self, number: int) -> None:
        prefix = self._folder / f"ckpt-{number}"
        try:
            self._checkpoint.read(str(prefix)).assert_consumed()
        except (tf.errors.OpError, AssertionError, ValueError) as error:
            reason = " ".join(str(error).split())[:300]
            raise RunError(f"checkpoint {prefix} does not fit its recipe: {reason}") from error

    def _read(self, number: int) -> Manifest:
        """A checkpoint's manifest, after its files were compared with it.

        Raises:
            DamagedError: a file is missing or not as it was written.
        """
        where = f"checkpoint {self._folder / f'ckpt-{number}'} is"
        try:
            content = json.loads(self._manifest(number).read_bytes())
            expected = content.pop("sha256")
            files, recorders = dict(content["files"]), dict(content["recorders"])
        except FileNotFoundError:
            raise DamagedError(f"{where} incomplete, as its writing was cut off") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedError(f"{where} damaged: its manifest cannot be read") from error
        if expected != _digest(content) or content["iteration"] != number:
            raise DamagedError(f"{where} damaged: its manifest is not as it was written")
        for name, digest in files.items():
            try:
                same = sha256_of(self._folder / Path(name).name) == digest
            except OSError as error:
                raise DamagedError(f"{where} damaged: cannot read {name}: {error.strerror or error}") from error
            if not same:
                raise DamagedError(f"{where} damaged: {name} is not as it was written")
        return Manifest(number, recorders)

    def forget_after(self, number: int) -> None:
        """Removes the checkpoints of later iterations: damaged ones, or those of a future that is not to come."""
        for later in self.numbers():
            if later > number:
                self._remove(later)

    def _remove(self, number: int) -> None:
        """Removes a checkpoint, its manifest first, so that no half of it passes for a whole."""
        with contextlib.suppress(OSError):
            self._manifest(number).unlink(missing_ok=True)
            for path in self._files(number):
                path.unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Removes what a process that was killed while it wrote has left behind."""
        for path in self._folder.glob("ckpt-*_temp*"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self._folder.glob(".*.tmp*"):
            path.unlink(missing_ok=True)

    def _manifest(self, number: int) -> Path:
        return self._folder / f"ckpt-{number}.json"

    def _files(self, number: int) -> list[Path]:
        return sorted(
            path
            for path in self._folder.glob(f"ckpt-{number}.*")
            if path.name != self._manifest(number).name and path.is_file()
        )

    def _tell_tensorflow(self, number: int) -> None:
        """Lets `tf.train.latest_checkpoint` find it."""
        text = f'model_checkpoint_path: "ckpt-{number}"\nall_model_checkpoint_paths: "ckpt-{number}"\n'
        write_text(self._folder / _STATE, text, durable=False)


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _explained(folder: Path, error: Exception) -> RunError:
    if isinstance(error, RunError):
        return error
    if isinstance(error, OSError):
        return cannot_write(folder, error)
    # TensorFlow wraps what the disk said; nearly always it is full.
    said = RunError(f"cannot write a checkpoint to {folder}: {' '.join(str(error).split())[:300]}")
    said.exit_code = 1
    return said
