"""Loads a GAN from a folder; never executes anything that the user has not named on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ganreg.checkpoints.dataset_state import with_dataset_state
from ganreg.checkpoints.describing import assembly_of
from ganreg.checkpoints.folder import CheckpointFolder
from ganreg.checkpoints.run_folder import require_run
from ganreg.contract.recipes import read_toml
from ganreg.errors import RunError
from ganreg.files.layout import RECIPE
from ganreg.gan import GAN
from ganreg.plugins.files import FILES, load_recorded


def load(path: str | Path, *, checkpoint: str | int = "last", components: Mapping[str, Any] | None = None) -> GAN:
    """Loads a GAN from a run's folder, or from one that `GAN.save` wrote.

    Args:
        path: the folder.
        checkpoint: `"last"` for the newest, `"best"` for the one with the best score, or an iteration.
        components: what stands for components that no plugin offers, by role, such as `"generator"`, `"loss"` or
            `"dataset"`, or by the name of a regularizer: whatever `assemble` takes there. Defaults to the objects
            themselves if this program made the folder.

    Returns:
        The GAN at that checkpoint; `generate` samples from it and `fit` continues its training.

    Raises:
        RunError: the folder holds no run or no such checkpoint, the checkpoint does not fit the recipe, or a component
            or a plugin file is missing.
        UnknownComponentError: a plugin that the recipe names is not installed.
    """
    folder = Path(path)
    gan = rebuild(folder, restored=True, components=components)
    restore(gan, folder, checkpoint)
    return gan


def rebuild(folder: Path, *, restored: bool = False, components: Mapping[str, Any] | None = None) -> GAN:
    """Assembles the GAN of a run's recipe in its initial state.

    Args:
        folder: the run's folder.
        restored: whether a checkpoint will be restored, which replaces that state.
        components: as for `load`.

    Raises:
        RunError: the folder holds no run, or a component or a plugin file is missing.
        UnknownComponentError: a plugin that the recipe names is not installed.
    """
    require_run(folder)
    table, where = read_toml(folder / RECIPE), str(folder / RECIPE)
    load_recorded(table.get(FILES, {}), where=where)
    assembly = assembly_of(table, where=where, restored=restored, components=components, folder=folder)
    return GAN(with_dataset_state(assembly, folder))


def restore(gan: GAN, folder: Path, checkpoint: str | int = "last") -> None:
    """Restores a GAN from a checkpoint in a run's folder. Defaults to the newest intact one.

    Raises:
        RunError: there is no such checkpoint, or it does not fit the GAN.
    """
    if CheckpointFolder(gan.players, folder).restore(checkpoint) is None:
        raise RunError(f"{folder} holds no checkpoint yet; the run stopped before the first one")
