"""Where a run's folder may be, and what may be in it. Importable without TensorFlow."""

from __future__ import annotations

import os
from pathlib import Path

from ganreg.errors import RunError
from ganreg.files.layout import RECIPE, SAMPLES
from ganreg.files.writing import advice


def free_folder(name: str, parent: Path = Path("runs")) -> Path:
    """The first of `runs/NAME`, `runs/NAME-2`, `runs/NAME-3` ... that does not exist."""
    candidate, number = parent / name, 1
    while candidate.exists():
        number += 1
        candidate = parent / f"{name}-{number}"
    return candidate


def refuse_occupied(path: Path) -> None:
    """Raises `RunError` where a new run cannot be put."""
    if path.exists() and not path.is_dir():
        raise RunError(f"{path} is a file; give a folder with --out")
    if (path / RECIPE).exists():
        raise RunError(
            f"{path} already holds a run; choose another folder with --out, or go on with it: ganreg resume {path}"
        )


def require_run(path: Path) -> None:
    """Raises `RunError` where a folder holds no run, or links that lead out of it.

    What goes on with a run cuts, replaces and removes files by their names, so that a stranger's link would have it do
    so with files of the user's own.
    """
    if path.suffix == ".keras":
        raise RunError(
            f"{path} is a generator alone; give the run's folder, or load it with keras.models.load_model, which runs "
            "no code from it unless told to"
        )
    if not (path / RECIPE).is_file():
        raise RunError(f"{path} holds no run: there is no {RECIPE} in it")
    inside = path.resolve()
    for folder, folders, files in os.walk(path):
        for place in (Path(folder, name) for name in (*folders, *files)):
            if place.is_symlink() and not place.resolve().is_relative_to(inside):
                raise RunError(f"{place} is a link that leads out of the run's folder; put there what it leads to")


def make_folder(path: Path) -> None:
    """Makes a run's folder.

    Raises:
        RunError: it cannot be made.
    """
    try:
        (path / SAMPLES).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"cannot make the folder {path}: {error.strerror or error}{advice(error)}") from error
