"""One run: a training and the folder that keeps everything about it."""

from __future__ import annotations

from pathlib import Path

import attrs

from ganreg.errors import RunError
from ganreg.recipes import Recipe

RECIPE = "recipe.toml"
METRICS = "metrics.csv"
GENERATOR = "generator.keras"
CHECKPOINTS = "checkpoints"
SAMPLES = "samples"


@attrs.frozen
class Run:
    """A run that plugins' callbacks can look at.

    Attributes:
        path: its folder.
        recipe: complete, every default written out.
    """

    path: Path
    recipe: Recipe

    @property
    def samples(self) -> Path:
        """Where pictures of samples are."""
        return self.path / SAMPLES

    @property
    def metrics(self) -> Path:
        """The losses, penalties and accuracies as CSV."""
        return self.path / METRICS


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
    """Raises `RunError` where a folder holds no run."""
    if not (path / RECIPE).is_file():
        raise RunError(f"{path} holds no run: there is no {RECIPE} in it")


def make_folder(path: Path) -> None:
    """Makes a run's folder.

    Raises:
        RunError: it cannot be made.
    """
    try:
        (path / SAMPLES).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"cannot make the folder {path}: {error.strerror or error}") from error
