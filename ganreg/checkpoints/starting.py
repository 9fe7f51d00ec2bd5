"""Starting a GAN from a trained one: in memory, in a folder, or in a file."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from ganreg.checkpoints.describing import assembly_of
from ganreg.checkpoints.folder import CheckpointFolder
from ganreg.checkpoints.run_folder import require_run
from ganreg.contract.recipes import read_toml
from ganreg.engine.players import Players
from ganreg.engine.transfer import transfer
from ganreg.engine.transferred import Transfer
from ganreg.engine.variables import weights_hash
from ganreg.errors import GanregWarning, RunError, SpecError
from ganreg.files.layout import RECIPE
from ganreg.plugins.files import FILES, load_recorded

START = "start"
"""The folder in a run's folder that holds the weights with which the run began."""


def start_from(players: Players, source: Any) -> Transfer:
    """Copies into networks what fits of a trained GAN, its moving averages included.

    Args:
        players: the players of a GAN that has not been trained.
        source: a GAN; the folder of a run, or one that `GAN.save` wrote; or a `.keras` file that it wrote.

    Raises:
        RunError: the folder or file holds no GAN, or has no checkpoint yet.
        AssemblyError: nothing fits.
        SpecError: the source is something else.

    Warns:
        GanregWarning: some layers keep their initial weights; the message names them.
    """
    other, name = _opened(source)
    done = transfer(players, other, name, weights_hash(other))
    players.transferred = done
    if not done.is_complete:
        warnings.warn(str(done), GanregWarning, stacklevel=3)
    return done


def _opened(source: Any) -> tuple[Players, str]:
    """The players of a trained GAN, and what messages call it."""
    players = getattr(source, "players", None)
    if isinstance(players, Players):
        return players, f"a GAN of recipe {players.recipe.name}"
    if not isinstance(source, (str, Path)):
        raise SpecError(
            f"start_from must be a GAN or the folder of a run, got {type(source).__name__}; to start from a "
            "keras.Model, pass it as the generator or discriminator"
        )
    path = Path(source)
    if path.suffix == ".keras" and path.is_file():
        loaded = keras.saving.load_model(path)
        players = getattr(loaded, "players", None)
        if isinstance(players, Players):
            return players, str(path)
    require_run(path)
    return _restored(path), str(path)


def _restored(folder: Path) -> Players:
    table: Mapping[str, Any] = read_toml(folder / RECIPE)
    where = str(folder / RECIPE)
    load_recorded(table.get(FILES, {}), where=where)
    players = Players(assembly_of(table, where=where, restored=True, folder=folder))
    if CheckpointFolder(players, folder).restore() is None:
        raise RunError(f"{folder} holds no checkpoint yet; the run stopped before the first one")
    return players


def keep_start(players: Players, folder: Path) -> None:
    """Writes the weights with which a run begins, if they come from another GAN.

    Args:
        players: the players of a GAN that has not been trained.
        folder: the run's folder.

    Raises:
        RunError: they cannot be written.
    """
    if players.transferred is not None:
        CheckpointFolder(players, folder / START).write()


def restore_start(players: Players, folder: Path) -> None:
    """Restores the weights with which a run began that started from another GAN.

    Args:
        players: the players of the run's recipe, in their initial state.
        folder: the run's folder.

    Raises:
        RunError: they are damaged or lost.
    """
    if CheckpointFolder(players, folder / START).restore() is None:
        raise RunError(f"{folder / START} no longer holds the weights with which the run began")
