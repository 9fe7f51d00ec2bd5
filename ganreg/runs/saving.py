"""Saving a GAN to a folder and loading it again; nothing in the folder is ever executed."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import Any

import attrs
import tensorflow as tf

from ganreg.conversion import structure
from ganreg.data.spec import DataSpec
from ganreg.engine.assembly import UNREGISTERED, Assembly, resolve
from ganreg.engine.checks import report
from ganreg.engine.gan import GAN
from ganreg.engine.variables import variable_groups
from ganreg.errors import RunError
from ganreg.recipes import Recipe, read_toml
from ganreg.registry import registry
from ganreg.runs.run import CHECKPOINTS, GENERATOR, RECIPE

_KEPT = 3


def checkpoint_of(gan: GAN) -> tf.train.Checkpoint:
    """Everything that the future of a training depends on, as one checkpoint object."""
    return tf.train.Checkpoint(**variable_groups(gan))


def checkpoint_manager(gan: GAN, folder: Path) -> tf.train.CheckpointManager:
    """Keeps the last few checkpoints of a GAN in a run's folder, numbered by iteration."""
    return tf.train.CheckpointManager(checkpoint_of(gan), str(folder / CHECKPOINTS), max_to_keep=_KEPT)


def recipe_text(gan: GAN) -> str:
    """The complete recipe as TOML, with the data's description and the plugins' versions.

    Raises:
        RunError: a component belongs to no plugin, so that no recipe can name it.
    """
    import tomli_w

    refuse_unregistered(gan.assembly)
    table = gan.recipe.as_table()
    data = {"shape": list(gan.assembly.data.shape)}
    data |= {
        name: value for name, value in attrs.asdict(gan.assembly.data).items() if name != "shape" and value is not None
    }
    return tomli_w.dumps(table | {"data": data, "plugins": versions(gan.assembly)})


def refuse_unregistered(assembly: Assembly) -> None:
    """Raises `RunError` for a component that no plugin offers, or an optimizer that no spec describes."""
    for part in assembly.all_parts:
        if part.spec.name.startswith(f"{UNREGISTERED}/"):
            raise RunError(
                f"{part.origin} is offered by no plugin, so a saved recipe cannot name it; "
                "offer it through a hook, or save the networks' weights by themselves"
            )
    for player, optimizer in assembly.optimizers.items():
        if isinstance(optimizer.get_config().get("learning_rate"), dict):
            raise RunError(
                f"the {player}'s optimizer follows a learning-rate schedule, which a saved recipe cannot hold; "
                "give it a constant rate and change that in a callback"
            )


def versions(assembly: Assembly) -> dict[str, str]:
    """The versions of the core, of the libraries and of each distribution that takes part."""
    found = {name: metadata.version(name) for name in ("ganreg", "tensorflow", "keras")}
    for kind, spec in _named_specs(assembly.recipe):
        plugin = registry().find(kind, spec.name).plugin
        found[plugin.distribution] = plugin.version
    return found


def _named_specs(recipe: Recipe) -> list[tuple[str, Any]]:
    named = [(role, getattr(recipe, role)) for role in ("generator", "discriminator", "loss")]
    named += [("regularizer", spec) for spec in recipe.regularizers]
    return named if recipe.dataset is None else [*named, ("dataset", recipe.dataset)]


def write_text(path: Path, text: str) -> None:
    """Writes a file whole or not at all."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise RunError(f"cannot write {path}: {error.strerror or error}") from error


def save(gan: GAN, path: Path, *, overwrite: bool) -> None:
    """Saves a GAN; see `GAN.save`."""
    if path.exists() and not overwrite:
        raise RunError(f"{path} exists; choose another, or pass overwrite=True")
    if path.suffix == ".keras":
        save_generator(gan, path)
        return
    text = recipe_text(gan)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"cannot make the folder {path}: {error.strerror or error}") from error
    write_text(path / RECIPE, text)
    save_checkpoint(gan, checkpoint_manager(gan, path))
    save_generator(gan, path / GENERATOR)


def save_checkpoint(gan: GAN, manager: tf.train.CheckpointManager) -> str:
    """Writes a checkpoint, named by the iteration; returns its path."""
    try:
        path: str = manager.save(checkpoint_number=int(gan.iterations))
    except (OSError, tf.errors.OpError) as error:
        raise RunError(f"cannot write a checkpoint to {manager.directory}: {' '.join(str(error).split())}") from error
    return path


def save_generator(gan: GAN, path: Path) -> None:
    """Exports the averaged generator as a `keras.Model` in Keras's own format."""
    try:
        gan.average_generator.save(path)
    except OSError as error:
        raise RunError(f"cannot write {path}: {error.strerror or error}") from error


def load(path: str | Path) -> GAN:
    """Loads a GAN from a run's folder, or from one that `GAN.save` wrote.

    Args:
        path: the folder.

    Returns:
        The GAN at its newest checkpoint; `generate` samples from it and `fit` goes on training it.

    Raises:
        RunError: the folder holds no run, or no checkpoint that fits its recipe.
        UnknownComponentError: a plugin that the recipe names is not installed.
    """
    folder = Path(path)
    if not (folder / RECIPE).is_file():
        raise RunError(f"{folder} holds no run: there is no {RECIPE} in it")
    table = read_toml(folder / RECIPE)
    table.pop("plugins", None)
    data = table.pop("data", None)
    recipe = Recipe.from_table(table, where=str(folder / RECIPE))
    spec = None if data is None else structure(DataSpec, data, where=f"{folder / RECIPE}: data")
    assembly = resolve(recipe, data=spec)
    report(problem for problem in assembly.problems() if problem.severity == "error")
    if recipe.dataset is not None and spec is not None:
        source = registry().create("dataset", recipe.dataset)
        assembly = attrs.evolve(assembly, source=source, recipe=attrs.evolve(assembly.recipe, dataset=recipe.dataset))
    gan = GAN(assembly)
    restore(gan, folder)
    return gan


def restore(gan: GAN, folder: Path) -> None:
    """Brings a GAN to the newest checkpoint in a run's folder.

    Raises:
        RunError: there is none, or it does not fit.
    """
    manager = checkpoint_manager(gan, folder)
    if manager.latest_checkpoint is None:
        raise RunError(f"{folder} holds no checkpoint yet; the run ended before its first one")
    try:
        manager.checkpoint.restore(manager.latest_checkpoint).assert_consumed()
    except (tf.errors.OpError, AssertionError, ValueError) as error:
        reason = " ".join(str(error).split())[:300]
        raise RunError(f"checkpoint {manager.latest_checkpoint} does not fit its recipe: {reason}") from error
