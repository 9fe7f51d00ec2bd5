"""One checkpoint on disk: TensorFlow's files, and a manifest of checksums that marks it as complete."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import tensorflow as tf

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
        """TensorFlow's own files."""
        return sorted(
            path for path in self.folder.glob(f"{self.stem}.*") if path.name != self.manifest.name and path.is_file()
        )

    def write(self, checkpoint: tf.train.Checkpoint, manifest: Manifest) -> None:
        """Writes the checkpoint, the manifest last.

        Raises:
            OSError, RunError, tensorflow.errors.OpError: a file cannot be written.
        """
        self.manifest.unlink(missing_ok=True)
        checkpoint.write(str(self.path))
        files = self.files()
        for path in files:
            synchronize(path)
        content = {"files": {path.name: sha256_of(path) for path in files}, **attrs.asdict(manifest)}
        if manifest.score is None:
            content.pop("score")
        write_text(self.manifest, json.dumps({"sha256": _digest(content), **content}) + "\n")

    def read(self) -> Manifest:
        """Returns the manifest after comparing the files with it.

        Raises:
            DamagedError: a file is missing or has changed.
        """
        where = f"checkpoint {self.path} is"
        try:
            content = json.loads(self.manifest.read_bytes())
            expected = content.pop("sha256")
            files, recorders = dict(content["files"]), dict(content["recorders"])
            score = CheckpointScore(**content["score"]) if "score" in content else None
        except FileNotFoundError:
            raise DamagedError(f"{where} incomplete because writing it was interrupted") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise DamagedError(f"{where} damaged: its manifest cannot be read") from error
        if expected != _digest(content) or content["iteration"] != self.number:
            raise DamagedError(f"{where} damaged: its manifest has changed since it was written")
        for name, digest in files.items():
            if Path(name).name != name or not name.startswith(f"{self.stem}."):
                raise DamagedError(f"{where} damaged: its manifest names {name!r}, which is not one of its files")
            try:
                same = sha256_of(self.folder / name) == digest
            except OSError as error:
                raise DamagedError(f"{where} damaged: cannot read {name}: {error.strerror or error}") from error
            if not same:
                raise DamagedError(f"{where} damaged: {name} has changed since it was written")
        return Manifest(self.number, recorders, score)

    def remove(self) -> None:
        """Removes the checkpoint, the manifest first, so that a partly removed one never counts as complete."""
        with contextlib.suppress(OSError):
            self.manifest.unlink(missing_ok=True)
            for path in self.files():
                path.unlink(missing_ok=True)


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
