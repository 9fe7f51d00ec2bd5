"""One checkpoint on disk: TensorFlow's files, and a manifest of checksums that marks it as complete."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import tensorflow as tf

from ganreg.files.opening import UnreadableError
from ganreg.files.temporaries import is_left_behind, sweep, temporary_beside
from ganreg.files.values import read_json_value
from ganreg.files.writing import sha256_of, synchronize, write_text


class DamagedError(ValueError):
    """The files of a checkpoint do not match its manifest; the text says what is wrong."""


@attrs.frozen
class CheckpointScore:
    """The score for which a checkpoint is kept.

    Attributes:
        name: the name of the score.
        value: its value.
        lower_is_better: whether lower values are better.
    """

    name: str
    value: float
    lower_is_better: bool

    def beats(self, other: CheckpointScore) -> bool:
        """Whether this score is better than another; it always beats a score of another name or direction."""
        if (self.name, self.lower_is_better) != (other.name, other.lower_is_better):
            return True
        return self.value < other.value if self.lower_is_better else self.value > other.value


@attrs.frozen
class Manifest:
    """What a checkpoint holds in addition to the variables.

    Attributes:
        iteration: the number of iterations done.
        recorders: the state of each recorder by name, as plain values.
        score: the score of the best checkpoint; `None` for the newest ones.
    """

    iteration: int
    recorders: Mapping[str, Any]
    score: CheckpointScore | None = None


@attrs.frozen
class StoredCheckpoint:
    """The files of one checkpoint, complete or not.

    Attributes:
        folder: the folder that holds the files.
        prefix: the prefix of their names.
        number: the iteration.
    """

    folder: Path
    prefix: str
    number: int

    @property
    def stem(self) -> str:
        """The part before the dot of each file's name."""
        return f"{self.prefix}-{self.number}"

    @property
    def path(self) -> Path:
        """The path without suffixes, as TensorFlow expects it."""
        return self.folder / self.stem

    @property
    def manifest(self) -> Path:
        """The path of the manifest."""
        return self.folder / f"{self.stem}.json"

    def files(self) -> list[Path]:
        """TensorFlow's own files; whatever else is in the folder is not ganreg's."""
        pattern = re.compile(rf"{re.escape(self.stem)}\.(index|data-\d{{5}}-of-\d{{5}})")
        try:
            return sorted(path for path in self.folder.iterdir() if pattern.fullmatch(path.name))
        except OSError:
            return []

    def write(self, checkpoint: tf.train.Checkpoint, manifest: Manifest) -> None:
        """Writes the checkpoint, the manifest last.

        Everything is written in a temporary folder first and then moved, so that another process, which may load the
        run while it trains, sees either all of it or nothing.

        Raises:
            OSError, RunError, tensorflow.errors.OpError: a file cannot be written.
        """
        work = StoredCheckpoint(temporary_beside(self.path), self.prefix, self.number)
        try:
            work.folder.mkdir()
            checkpoint.write(str(work.path))
            files = work.files()
            for path in files:
                synchronize(path)
            content = {"files": {path.name: sha256_of(path) for path in files}, **attrs.asdict(manifest)}
            if manifest.score is None:
                content.pop("score")
            write_text(work.manifest, json.dumps({"sha256": _digest(content), **content}) + "\n")
            self.remove()  # one of the same iteration, which is written again
            for path in (*files, work.manifest):
                path.replace(self.folder / path.name)
            synchronize(self.folder)
        finally:
            shutil.rmtree(work.folder, ignore_errors=True)

    def read(self, most: int | None = None) -> Manifest:
        """Returns the manifest after comparing the files with it.

        Args:
            most: the largest number of bytes of a file. Defaults to no limit.

        Raises:
            DamagedError: a file is missing, has changed or is larger.
        """
        where = f"checkpoint {self.path} is"
        try:
            content = read_json_value(self.manifest, within=self.folder)
            expected = content.pop("sha256")
            files, recorders = dict(content["files"]), dict(content["recorders"])
            score = CheckpointScore(**content["score"]) if "score" in content else None
            same = expected == _digest(content) and content["iteration"] == self.number
        except UnreadableError as error:
            if error.missing:
                raise DamagedError(f"{where} incomplete because writing it was interrupted") from None
            raise DamagedError(f"{where} damaged: its manifest cannot be read") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedError(f"{where} damaged: its manifest cannot be read") from error
        if not same:
            raise DamagedError(f"{where} damaged: its manifest has changed since it was written")
        for name, digest in files.items():
            if Path(name).name != name or not name.startswith(f"{self.stem}."):
                raise DamagedError(f"{where} damaged: its manifest names {name!r}, which is not one of its files")
            try:
                same = sha256_of(self.folder / name, most=most) == digest
            except UnreadableError as error:
                raise DamagedError(f"{where} damaged: cannot read {name}: {error.reason}") from error
            if not same:
                raise DamagedError(f"{where} damaged: {name} has changed since it was written")
        return Manifest(self.number, recorders, score)

    def groups(self) -> set[str]:
        """The names of the groups of variables in TensorFlow's files; empty if they cannot be read."""
        try:
            names = tf.train.load_checkpoint(str(self.path)).get_variable_to_shape_map()
        except Exception:  # noqa: BLE001 - TensorFlow raises nearly anything about damaged files
            return set()
        return {name.partition("/")[0] for name in names if not name.startswith("_")} - {"save_counter"}

    def remove(self) -> None:
        """Removes the checkpoint, the manifest first, so that a partly removed one never counts as complete.

        Without a manifest the files may be those of another program, and stay.
        """
        with contextlib.suppress(OSError):
            if not self.manifest.is_file():
                return
            self.manifest.unlink()
            for path in self.files():
                path.unlink(missing_ok=True)


def recover(folder: Path) -> None:
    """Removes what processes that were killed while they wrote a checkpoint left in a folder.

    A process that was killed while it moved files leaves some of them without their manifest; the manifest in its
    temporary folder says which.
    """
    with contextlib.suppress(OSError):
        for work in [path for path in folder.iterdir() if is_left_behind(path.name) and path.is_dir()]:
            for manifest in work.glob("*.json"):
                _remove_moved(folder, manifest)
    sweep(folder)


def _remove_moved(folder: Path, manifest: Path) -> None:
    with contextlib.suppress(OSError, UnreadableError, KeyError, TypeError, AttributeError):
        for name, digest in read_json_value(manifest, within=manifest.parent)["files"].items():
            path = folder / Path(name).name
            complete = (folder / manifest.name).exists()
            if not complete and name.startswith(f"{manifest.stem}.") and sha256_of(path) == digest:
                path.unlink()


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
