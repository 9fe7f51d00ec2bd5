"""Where a run's folder may be and what it may contain. Importable without TensorFlow."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path

from ganreg.contract.recipes import read_toml
from ganreg.errors import RunError, SpecError
from ganreg.files.folders import folder_to_fill, foreign, refuse_links
from ganreg.files.layout import CHECKPOINTS, DATASET, RECIPE, RECORD, SAMPLES
from ganreg.files.lock import LOCK

TRIAL = "trial.json"
"""What a comparison records about a trial, in the folder of the trial's run."""

_LOCKS = (LOCK, ".trial.lock")


def free_folder(name: str, parent: Path = Path("runs")) -> Path:
    """Returns the first of `runs/NAME`, `runs/NAME-2`, `runs/NAME-3` ... that does not exist."""
    candidate, number = parent / name, 1
    while os.path.lexists(candidate):  # also a link that leads nowhere
        number += 1
        candidate = parent / f"{name}-{number}"
    return candidate


def refuse_occupied(path: Path) -> None:
    """Raises `RunError` if a new run cannot be put into a folder.

    The folder must not exist or be empty, because a run replaces and removes files by name. What an earlier start
    leaves if it is killed before the run exists, and what a comparison puts into a trial's folder, does not count.
    """
    if path.exists() and not path.is_dir():
        raise RunError(f"{path} is a file; give a folder with --out")
    if (path / RECIPE).exists():
        raise RunError(
            f"{path} already holds a run; choose another folder with --out, or resume the run: ganreg resume {path}"
        )
    try:
        name = foreign(path, files=_left_by_a_start(path), empty_folders=(SAMPLES, CHECKPOINTS))
    except OSError as error:
        raise RunError(f"cannot list the folder {path}: {error.strerror or error}") from error
    if name is not None:
        raise RunError(f"{path} already contains {name!r}; choose a folder that is empty or does not exist with --out")


def _left_by_a_start(path: Path) -> tuple[str, ...]:
    """The names of files that a start leaves; `run.toml` is written first, and known by its tables."""
    try:
        own = {"plan", "conditions"} <= read_toml(path / RECORD, within=path).keys()
    except SpecError:
        own = False
    return (*_LOCKS, TRIAL, *([RECORD] if own else []))


def folder_for(name: str, out: Path | None = None) -> Path:
    """The folder for a new run: the one that the user gave, or the first free one of its name.

    Args:
        name: the recipe's.
        out: the user's folder, if any.

    Raises:
        RunError: the user's folder cannot hold a new run.
    """
    if out is None:
        return free_folder(name)
    refuse_occupied(out)
    return out


def require_run(path: Path) -> None:
    """Raises `RunError` if a folder holds no run, or a link that leads out of the folder, or a pipe or the like.

    Resuming a run truncates, replaces and removes files by name. Through a link in someone else's run folder it would
    do so with the user's own files.
    """
    if path.suffix == ".keras":
        raise RunError(
            f"{path} is a Keras file, not the folder of a run; load it with keras.models.load_model, which by default "
            "runs no code from the file"
        )
    if not (path / RECIPE).is_file():
        raise RunError(f"{path} holds no run: there is no {RECIPE} in it")
    refuse_links(path, "the run's folder")


def new_run(path: Path) -> AbstractContextManager[None]:
    """Creates a run's folder for the body, and removes it again if the body fails.

    Raises:
        RunError: the folder cannot be created.
    """
    return folder_to_fill(path, files=(LOCK, RECORD, RECIPE, DATASET), empty_folders=(SAMPLES,))


def make_folder(path: Path) -> None:
    """Creates a run's folder.

    Raises:
        RunError: the folder cannot be created.
    """
    with new_run(path):
        return
