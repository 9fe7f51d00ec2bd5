"""Where a run's folder may be and what it may contain. Importable without TensorFlow."""

from __future__ import annotations

import os
from pathlib import Path

from ganreg.errors import RunError
from ganreg.files.layout import RECIPE, SAMPLES
from ganreg.files.writing import advice


def free_folder(name: str, parent: Path = Path("runs")) -> Path:
    """Returns the first of `runs/NAME`, `runs/NAME-2`, `runs/NAME-3` ... that does not exist."""
    candidate, number = parent / name, 1
    while candidate.exists():
        number += 1
        candidate = parent / f"{name}-{number}"
    return candidate


def refuse_occupied(path: Path) -> None:
    """Raises `RunError` if a new run cannot be put into a folder."""
    if path.exists() and not path.is_dir():
        raise RunError(f"{path} is a file; give a folder with --out")
    if (path / RECIPE).exists():
        raise RunError(
            f"{path} already holds a run; choose another folder with --out, or resume the run: ganreg resume {path}"
        )


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
    """Raises `RunError` if a folder holds no run, or a link that leads out of the folder.

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
    inside = path.resolve()
    for folder, folders, files in os.walk(path):
        for place in (Path(folder, name) for name in (*folders, *files)):
            if place.is_symlink() and not place.resolve().is_relative_to(inside):
                raise RunError(f"{place} is a link that leads out of the run's folder; replace it with its target")


def make_folder(path: Path) -> None:
    """Creates a run's folder.

    Raises:
        RunError: the folder cannot be created.
    """
    try:
        (path / SAMPLES).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"cannot create the folder {path}: {error.strerror or error}{advice(error)}") from error
