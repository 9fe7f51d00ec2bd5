"""Notices that the data of a run have changed since the training."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganreg.data.arrays import fingerprint
from ganreg.errors import GanregWarning, RunError
from ganreg.files.layout import RECORD
from ganreg.files.writing import sha256_of
from ganreg.runs.data_files import data_paths
from ganreg.runs.record import Record

if TYPE_CHECKING:
    from ganreg.gan import GAN


def warn_of_changed_files(folder: Path) -> None:
    """Warns in a line if a file of the data is another one than in the training; one that is gone is no change.

    Args:
        folder: the run's folder.
    """
    files = _recorded(folder).get("files", {})
    changed = [path for path, digest in files.items() if Path(path).is_file() and sha256_of(Path(path)) != digest]
    if changed:
        have = "has" if len(changed) == 1 else "have"
        _warn(f"{', '.join(changed)} {have} changed since the training; samples follow the data of the training")


def warn_of_changed_data(gan: GAN, folder: Path) -> None:
    """Warns in a line if the samples that a dataset reads from files are others than in the training.

    Args:
        gan: the GAN as it was loaded from the folder.
        folder: the run's folder.

    Raises:
        DataError: the data cannot be loaded.
    """
    then, paths = _recorded(folder).get("fingerprint"), data_paths(gan)
    if then is not None and paths and fingerprint(gan.load_data()) != then:
        where = ", ".join(map(str, paths))
        _warn(f"the data in {where} have changed since the training; scores compare with the data as they are now")


def _recorded(folder: Path) -> Mapping[str, Any]:
    if not (folder / RECORD).is_file():
        return {}
    try:
        return Record.read(folder).conditions.data
    except RunError:  # `resume` says what a broken record means
        return {}


def _warn(message: str) -> None:
    warnings.warn(message, GanregWarning, stacklevel=3)
