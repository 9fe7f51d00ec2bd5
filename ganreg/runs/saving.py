"""Saving a GAN to a folder and loading it again; nothing in the folder is ever executed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import attrs

from ganreg.conversion import structure
from ganreg.data.spec import DataSpec
from ganreg.engine.assembly import UNREGISTERED, Assembly, resolve
from ganreg.engine.checks import report
from ganreg.engine.gan import GAN
from ganreg.errors import RunError
from ganreg.files.layout import GENERATOR, RECIPE
from ganreg.files.writing import write_text, write_whole
from ganreg.recipes import Recipe, read_toml
from ganreg.registry import registry
from ganreg.runs.checkpoints import CheckpointFolder
from ganreg.runs.run import require_run


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
    for kind, spec in assembly.recipe.named_components():
        plugin = registry().find(kind, spec.name).plugin
        found[plugin.distribution] = plugin.version
    return found


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
    checkpoints = CheckpointFolder(gan, path)
    checkpoints.forget_after(checkpoints.write())
    save_generator(gan, path / GENERATOR)


def save_generator(gan: GAN, path: Path) -> None:
    """Exports the averaged generator as a `keras.Model` in Keras's own format."""
    try:
        write_whole(path, gan.average_generator.save)
    except RuntimeError as error:  # h5py's, where it cannot close its file
        if isinstance(error, RunError):
            raise
        raise RunError(f"cannot write {path}: {' '.join(str(error).split())}") from error


def load(path: str | Path, *, checkpoint: str | int = "last") -> GAN:
    """Loads a GAN from a run's folder, or from one that `GAN.save` wrote.

    Args:
        path: the folder.
        checkpoint: `"last"` for the newest, `"best"` for the one that was judged best, or its iteration.

    Returns:
        The GAN at that checkpoint; `generate` samples from it and `fit` goes on training it.

    Raises:
        RunError: the folder holds no run, or no such checkpoint, or it does not fit the recipe.
        UnknownComponentError: a plugin that the recipe names is not installed.
    """
    folder = Path(path)
    gan = rebuild(folder)
    restore(gan, folder, checkpoint)
    return gan


def rebuild(folder: Path) -> GAN:
    """Assembles the GAN of a run's recipe, as it is before the first update.

    Raises:
        RunError: the folder holds no run.
        UnknownComponentError: a plugin that the recipe names is not installed.
    """
    require_run(folder)
    table = read_toml(folder / RECIPE)
    table.pop("plugins", None)
    data = table.pop("data", None)
    recipe = Recipe.from_table(table, where=str(folder / RECIPE))
    if data is not None and not isinstance(data, Mapping):
        raise RunError(f"{folder / RECIPE} is damaged: data must be a table that describes a sample, got {data!r}")
    spec = None if data is None else structure(DataSpec, data, where=f"{folder / RECIPE}: data")
    assembly = resolve(recipe, data=spec)
    report(problem for problem in assembly.problems() if problem.severity == "error")
    if recipe.dataset is not None and spec is not None:
        source = registry().create("dataset", recipe.dataset)
        assembly = attrs.evolve(assembly, source=source, recipe=attrs.evolve(assembly.recipe, dataset=recipe.dataset))
    return GAN(assembly)


def restore(gan: GAN, folder: Path, checkpoint: str | int = "last") -> None:
    """Brings a GAN to a checkpoint in a run's folder; to the newest that is whole unless told otherwise.

    Raises:
        RunError: there is none, or it does not fit.
    """
    if CheckpointFolder(gan, folder).restore(checkpoint) is None:
        raise RunError(f"{folder} holds no checkpoint yet; the run ended before its first one")
