"""A GAN as text from which it can be assembled again, in a run's folder or in a `.keras` file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

import attrs
import keras

from ganreg.checkpoints.saving import recipe_text, refuse_unregistered_components
from ganreg.contract.assembly import Assembly
from ganreg.contract.recipes import Recipe
from ganreg.contract.structuring import structure
from ganreg.data.spec import DataSpec
from ganreg.engine.checks import problems, report
from ganreg.engine.resolving import resolve
from ganreg.errors import RunError


def assembly_of(
    table: Mapping[str, Any], *, where: str, restored: bool = False, optimizers: Mapping[str, Any] | None = None
) -> Assembly:
    """Assembles what `recipe_text` describes.

    Args:
        table: the contents of the text.
        where: what holds it, for messages.
        restored: whether the values of all variables will be replaced by saved ones. Defaults to `False`.
        optimizers: Keras optimizers by player, where the recipe's description does not suffice.

    Raises:
        RunError: the text is damaged.
        UnknownComponentError: a plugin that the recipe names is not installed.
    """
    table = dict(table)
    table.pop("plugins", None)
    data = table.pop("data", None)
    recipe = Recipe.from_table(table, where=where)
    if data is not None and not isinstance(data, Mapping):
        raise RunError(f"{where} is damaged: data must be a table that describes a sample, got {data!r}")
    spec = None if data is None else structure(DataSpec, data, where=f"{where}: data")
    assembly = attrs.evolve(resolve(recipe, described=spec, optimizers=optimizers), restored=restored)
    report(problem for problem in problems(assembly) if problem.severity == "error")
    return assembly


def config_of(assembly: Assembly) -> dict[str, Any]:
    """The assembly as Keras stores a model's configuration: plain values.

    Raises:
        RunError: no plugin offers one of the components, so a recipe cannot name it.
    """
    refuse_unregistered_components(assembly)
    optimizers = {player: keras.optimizers.serialize(one) for player, one in assembly.optimizers.items()}
    return {"recipe": recipe_text(attrs.evolve(assembly, optimizers={})), "optimizers": optimizers}


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
    return assembly_of(table, where="the configuration of a GAN", restored=restored, optimizers=optimizers)
