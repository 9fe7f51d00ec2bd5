"""A GAN as text from which it can be assembled again, in a run's folder or in a `.keras` file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import keras

from ganreg.checkpoints.own_components import own_components
from ganreg.checkpoints.saving import recipe_text, refuse_unregistered_components
from ganreg.contract.assembly import Assembly
from ganreg.contract.recipes import ADDED, Recipe
from ganreg.contract.structuring import structure
from ganreg.data.spec import DataSpec
from ganreg.engine.checks import problems, report
from ganreg.engine.resolving import resolve
from ganreg.errors import RunError


def assembly_of(
    table: Mapping[str, Any],
    *,
    where: str,
    restored: bool = False,
    optimizers: Mapping[str, Any] | None = None,
    components: Mapping[str, Any] | None = None,
    folder: Path | None = None,
) -> Assembly:
    """Assembles what `recipe_text` describes.

    Args:
        table: the contents of the text.
        where: what holds it, for messages.
        restored: whether the values of all variables will be replaced by saved ones. Defaults to `False`.
        optimizers: Keras optimizers by player, where the recipe's description does not suffice.
        components: what stands for components that no plugin offers; see `own_components`.
        folder: the folder that holds the text, if this program may know its components.

    Raises:
        RunError: the text is damaged, or a component that no plugin offers is missing.
        UnknownComponentError: a plugin that the recipe names is not installed.
    """
    data = table.get("data")
    table = {key: value for key, value in table.items() if key not in ADDED}
    recipe = Recipe.from_table(table, where=where)
    if data is not None and not isinstance(data, Mapping):
        raise RunError(f"{where} is damaged: data must be a table that describes a sample, got {data!r}")
    spec = None if data is None else structure(DataSpec, data, where=f"{where}: data")
    own = own_components(recipe, components, where=where, folder=folder)
    resolved = resolve(
        own.recipe,
        data=own.data,
        described=spec,
        components=own.roles,
        regularizers=own.regularizers,
        optimizers=optimizers,
    )
    assembly = attrs.evolve(resolved, restored=restored)
    report(problem for problem in problems(assembly) if problem.severity == "error")
    return assembly


def config_of(assembly: Assembly) -> dict[str, Any]:
    """The assembly as Keras stores a model's configuration: plain values.

    Raises:
        RunError: no plugin offers one of the components, so a recipe cannot name it.
    """
    refuse_unregistered_components(assembly)
    optimizers = {player: keras.optimizers.serialize(one) for player, one in assembly.optimizers.items()}
    recipe = recipe_text(attrs.evolve(assembly, optimizers={}))
    return {"recipe": recipe, "optimizers": optimizers, "classes": assembly.classes.as_plain()}


def assembly_of_config(config: Mapping[str, Any], *, restored: bool) -> Assembly:
    """The assembly that `config_of` described.

    Args:
        config: the configuration.
        restored: whether the values of all variables will be replaced by saved ones.

    Raises:
        RunError: the configuration is damaged.
        UnknownComponentError: a plugin that the recipe names is not installed.
    """
    try:
        table = tomllib.loads(config["recipe"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RunError(f"the configuration of a GAN must hold its recipe as TOML text: {error}") from error
    optimizers = {player: keras.optimizers.deserialize(one) for player, one in config.get("optimizers", {}).items()}
    assembly = assembly_of(table, where="the configuration of a GAN", restored=restored, optimizers=optimizers)
    classes = config.get("classes")
    return assembly if classes is None else attrs.evolve(assembly, classes=assembly.classes.restored(classes))
