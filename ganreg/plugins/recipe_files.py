"""Finds recipes by name or in a file, and confines the paths in a file to the file's folder.

A recipe names registered components and nothing else. A path in a recipe file is relative to the folder of the file and
may not lead out of it, so that running someone else's recipe does not give it access to the user's files.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import attrs

from ganreg.contract.recipes import ROLES, Recipe
from ganreg.contract.specs import Spec
from ganreg.errors import SpecError
from ganreg.plugins.registry import Registry


def find_recipe(name: str, known: Registry, given: Collection[str] = ()) -> Recipe:
    """Finds a recipe by its registered name, or reads it from a TOML file.

    Args:
        name: the name of a registered recipe, or the path of a file.
        known: the registry in which names are looked up.
        given: fields of the recipe that are given elsewhere and override those of the file.

    Raises:
        GanregError: there is no such recipe, or the file is malformed.
        SpecError: a path in the file leads out of the file's folder.
    """
    if not (name.endswith(".toml") or (Path(name).is_file() and name not in known.names("recipe"))):
        recipe: Recipe = known.recipe(name)
    else:
        recipe, folder = Recipe.read(name), Path(name).resolve().parent
        own: dict[str, Any] = {
            role: _confined(role, spec, known, folder, name)
            for role in (*ROLES, "dataset")
            if role not in given and (spec := getattr(recipe, role)) is not None
        }
        if "regularizers" not in given:
            own["regularizers"] = [_confined("regularizer", spec, known, folder, name) for spec in recipe.regularizers]
        recipe = attrs.evolve(recipe, **own)
    # Named now, so that settings can reach into the hyperparameters of components that are left to defaults.
    defaults = {role: known.default(role) for role in ROLES if getattr(recipe, role) is None}
    return recipe.updated(**{role: known.name_of(entry) for role, entry in defaults.items() if entry is not None})


def _confined(kind: str, spec: Spec, known: Registry, folder: Path, file: str) -> Spec:
    from ganreg.contract.structuring import convert, fields_of

    implementation: type = known.implementation(kind, spec.name)
    types = {field.name: field.type for field in fields_of(implementation)}
    parameters = dict(spec.parameters)
    for name, value in spec.parameters.items():
        try:
            typed = convert(value, types.get(name))
        except SpecError:
            continue  # creating the component refuses the value and names it
        parameters[name] = _inside(typed, folder, f"{file}: {kind} '{spec.name}': {name}", kind) or value
    return Spec(spec.name, parameters)


def _inside(value: Any, folder: Path, where: str, kind: str) -> Any:
    """Returns a value with its paths resolved in the folder; `None` if it holds no path.

    Raises:
        SpecError: a path leads out of the folder, directly or through a link.
    """
    if isinstance(value, Path):
        place = (folder / value).resolve()
        if not place.is_relative_to(folder) or value.parts[:1] == ("~",) or value.is_absolute():
            raise SpecError(
                f"{where} leads out of the recipe's folder: {str(value)!r}; a recipe file may name only files in its "
                f"own folder; give any other path on the command line (--{kind}) or in Python"
            )
        return place
    if isinstance(value, (tuple, list)):
        items = [_inside(item, folder, where, kind) for item in value]
        return [old if new is None else new for old, new in zip(value, items, strict=True)] if any(items) else None
    if isinstance(value, Mapping):
        table = {key: _inside(item, folder, where, kind) for key, item in value.items()}
        return {key: value[key] if new is None else new for key, new in table.items()} if any(table.values()) else None
    return None
