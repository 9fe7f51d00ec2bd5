"""Saving a GAN to a folder, or its generator to a file."""

from __future__ import annotations

from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import keras

from ganreg.checkpoints.dataset_state import write_dataset_state
from ganreg.checkpoints.folder import CheckpointFolder
from ganreg.checkpoints.own_components import remember
from ganreg.contract.assembly import Assembly, is_unregistered
from ganreg.data.spec import DataSpec
from ganreg.engine.players import Players
from ganreg.errors import RunError
from ganreg.files.layout import GENERATOR, RECIPE
from ganreg.files.writing import write_text, write_whole
from ganreg.plugins.files import FILES, hashes
from ganreg.plugins.registry import registry


def recipe_text(assembly: Assembly) -> str:
    """Returns the complete recipe as TOML, with the description of the data and the versions of the plugins.

    Components that no plugin offers are named too; whoever reads the recipe has to pass them again.

    Raises:
        RunError: an optimizer follows a schedule, which a recipe cannot hold.
    """
    import tomli_w

    _refuse_schedules(assembly)
    table = assembly.recipe.as_table()
    added = {"data": _described(assembly.data), "plugins": versions(assembly)}
    files = hashes(registry())
    return tomli_w.dumps(table | added | ({FILES: files} if files else {}))


def _described(data: DataSpec) -> dict[str, Any]:
    """The description of a sample as plain values, without empty fields."""
    table: dict[str, Any] = {"shape": list(data.shape)}
    for field in ("num_classes", "value_range"):
        if (value := getattr(data, field)) is not None:
            table[field] = value
    if data.blocks:
        table["blocks"] = [block.as_plain() for block in data.blocks]
    if data.conditions:
        table["conditions"] = list(data.conditions)
    if data.source is not None:
        table |= {"source": _described(data.source), "paired": data.paired}
    return table


def refuse_unregistered_components(assembly: Assembly) -> None:
    """Raises `RunError` for a component that no plugin offers."""
    for part in assembly.all_parts:
        if is_unregistered(part.spec):
            raise RunError(
                f"{part.origin} is offered by no plugin, so a saved recipe cannot name it; "
                "register it with ganreg.register, save a folder with gan.save('folder'), or save only the weights"
            )


def _refuse_schedules(assembly: Assembly) -> None:
    for player, optimizer in assembly.optimizers.items():
        if isinstance(optimizer.get_config().get("learning_rate"), dict):
            raise RunError(
                f"the {player}'s optimizer follows a learning-rate schedule, which a saved recipe cannot hold; "
                "save the GAN as a .keras file, or use a constant rate and change it in a callback"
            )


def versions(assembly: Assembly) -> dict[str, str]:
    """Returns the versions of the core, of the libraries and of each distribution whose components are used."""
    found = {name: metadata.version(name) for name in ("ganreg", "tensorflow", "keras")}
    for kind, spec in registry().named_components(assembly.recipe):
        if not is_unregistered(spec):
            plugin = registry().find(kind, spec.name).plugin
            if not plugin.file:  # the hash of a file has a table of its own
                found[plugin.distribution] = plugin.version
    return found


def save(players: Players, path: Path, *, overwrite: bool) -> None:
    """Saves a GAN to a folder; see `GAN.save`."""
    refuse_existing(path, overwrite=overwrite)
    text = recipe_text(players.assembly)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"cannot create the folder {path}: {error.strerror or error}") from error
    write_text(path / RECIPE, text)
    remember(path, players.assembly)
    write_dataset_state(path, players.assembly)
    checkpoints = CheckpointFolder(players, path)
    checkpoints.forget_after(checkpoints.write())
    save_generator(players, path / GENERATOR)


def refuse_existing(path: Path, *, overwrite: bool) -> None:
    """Raises `RunError` if something exists that must not be overwritten."""
    if path.exists() and not overwrite:
        raise RunError(f"{path} exists; choose another, or pass overwrite=True")


def save_model(model: keras.Model, path: Path) -> None:
    """Saves a whole model in Keras's own format.

    Raises:
        RunError: the file cannot be written.
    """
    _write_model(path, lambda temporary: keras.saving.save_model(model, temporary))


def save_generator(players: Players, path: Path) -> None:
    """Exports the moving average of the generator as a `keras.Model`, in Keras's own format."""
    _write_model(path, players.released_generator.save)


def _write_model(path: Path, write: Callable[[Path], object]) -> None:
    try:
        write_whole(path, write)
    except RuntimeError as error:  # raised by h5py if it cannot close its file
        if isinstance(error, RunError):
            raise
        raise RunError(f"cannot write {path}: {' '.join(str(error).split())}") from error
