"""Loads a GAN from a folder; never executes anything in the folder."""

from __future__ import annotations

from pathlib import Path

from ganreg.checkpoints.describing import assembly_of
from ganreg.checkpoints.folder import CheckpointFolder
from ganreg.checkpoints.run_folder import require_run
from ganreg.contract.recipes import read_toml
from ganreg.errors import RunError
from ganreg.files.layout import RECIPE
from ganreg.gan import GAN


def load(path: str | Path, *, checkpoint: str | int = "last") -> GAN:
    """Loads a GAN from a run's folder, or from one that `GAN.save` wrote.

    Args:
        path: the folder.
        checkpoint: `"last"` for the newest, `"best"` for the one with the best score, or an iteration.

    Returns:
        The GAN at that checkpoint; `generate` samples from it and `fit` continues its training.

    Raises:
        RunError: the folder holds no run or no such checkpoint, or the checkpoint does not fit the recipe.
        UnknownComponentError: a plugin that the recipe names is not installed.
    """
    folder = Path(path)
    gan = rebuild(folder, restored=True)
    restore(gan, folder, checkpoint)
    return gan


def rebuild(folder: Path, *, restored: bool = False) -> GAN:
    """Assembles the GAN of a run's recipe in its initial state.

    Args:
        folder: the run's folder.
        restored: whether a checkpoint will be restored, which replaces that state.

    Raises:
        RunError: the folder holds no run.
        UnknownComponentError: a plugin that the recipe names is not installed.
    """
    require_run(folder)
    return GAN(assembly_of(read_toml(folder / RECIPE), where=str(folder / RECIPE), restored=restored))


def restore(gan: GAN, folder: Path, checkpoint: str | int = "last") -> None:
    """Restores a GAN from a checkpoint in a run's folder. Defaults to the newest intact one.

    Raises:
        RunError: there is no such checkpoint, or it does not fit the GAN.
    """
    if CheckpointFolder(gan.players, folder).restore(checkpoint) is None:
        raise RunError(f"{folder} holds no checkpoint yet; the run stopped before the first one")
