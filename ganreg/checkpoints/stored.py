"""One checkpoint on the disk: what TensorFlow writes, and a manifest of checksums that makes it a whole."""

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
    """A checkpoint's files are not what its manifest says; the text says what is wrong."""


@attrs.frozen
class CheckpointScore:
    """What a checkpoint is kept for.

    Attributes:
        name: what was measured.
        value: what came of it.
        lower_is_better: which way is better.
    """

    name: str
    value: float
    lower_is_better: bool

    def beats(self, other: CheckpointScore) -> bool:
        """Whether it is better than another; what was measured otherwise is always beaten."""
        if (self.name, self.lower_is_better) != (other.name, other.lower_is_better):
            return True
        return self.value < other.value if self.lower_is_better else self.value > other.value


@attrs.frozen
class Manifest:
    """What a checkpoint holds beside the variables.

    Attributes:
        iteration: iterations done.
        recorders: by name, what each recorder needs to go on; plain values.
        score: what it is kept for, where that is not its being among the newest.
    """

    iteration: int
    recorders: Mapping[str, Any]
    score: CheckpointScore | None = None


@attrs.frozen
class StoredCheckpoint:
    """One checkpoint's files, complete or not.

    Attributes:
        folder: where they are.
        prefix: what their names begin with.
        number: the iteration.
    """

    folder: Path
    prefix: str
    number: int

    @property
    def stem(self) -> str:
        """What comes before the dot in each file's name."""
        return f"{self.prefix}-{self.number}"

    @property
    def path(self) -> Path:
        """The files without what follows the dot, as TensorFlow wants it."""
        return self.folder / self.stem

    @property
    def manifest(self) -> Path:
        """What makes it a whole."""
        return self.folder / f"{self.stem}.json"

    def files(self) -> list[Path]:
        """TensorFlow's own files."""
        return sorted(
            path for path in self.folder.glob(f"{self.stem}.*") if path.name != self.manifest.name and path.is_file()
        )

    def write(self, checkpoint: tf.train.Checkpoint, manifest: Manifest) -> None:
        """Writes it, the manifest last.

        Raises:
            OSError, RunError, tensorflow.errors.OpError: it cannot be written.
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
        """The manifest, after the files were compared with it.

        Raises:
            DamagedError: a file is missing or not as it was written.
        """
        where = f"checkpoint {self.path} is"
        try:
            content = json.loads(self.manifest.read_bytes())
            expected = content.pop("sha256")
            files, recorders = dict(content["files"]), dict(content["recorders"])
            score = CheckpointScore(**content["score"]) if "score" in content else None
        except FileNotFoundError:
            raise DamagedError(f"{where} incomplete, as its writing was cut off") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise DamagedError(f"{where} damaged: its manifest cannot be read") from error
        if expected != _digest(content) or content["iteration"] != self.number:
            raise DamagedError(f"{where} damaged: its manifest is not as it was written")
        for name, digest in files.items():
            if Path(name).name != name or not name.startswith(f"{self.stem}."):
                raise DamagedError(f"{where} damaged: its manifest names {name!r}, which is none of its files")
            try:
                same = sha256_of(self.folder / name) == digest
            except OSError as error:
                raise DamagedError(f"{where} damaged: cannot read {name}: {error.strerror or error}") from error
            if not same:
                raise DamagedError(f"{where} damaged: {name} is not as it was written")
        return Manifest(self.number, recorders, score)

    def remove(self) -> None:
        """Removes it, the manifest first, so that no half of it passes for a whole."""
        with contextlib.suppress(OSError):
            self.manifest.unlink(missing_ok=True)
            for path in self.files():
                path.unlink(missing_ok=True)


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
