"""Recipes by name, registered or in a file; what a stranger's file may name.

A recipe names registered components and nothing else. Where a component's field is a path, a file's own value means
one beside that file, and may not lead elsewhere: whoever is given a recipe has not thereby been given the user's files.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import attrs

from ganreg.contract.recipes import Recipe
from ganreg.contract.specs import Spec
from ganreg.errors import SpecError
from ganreg.plugins.registry import Registry


def find_recipe(name: str, known: Registry, given: Collection[str] = ()) -> Recipe:
    """Finds a recipe by its registered name, or reads it from a TOML file.

    Args:
        name: a registered recipe's name, or the path of a file.
        known: the registry to look names up in.
        given: fields of the recipe that are given otherwise, so that the file's own do not count.

    Raises:
        GanregError: there is none, or the file is malformed.
        SpecError: a path in the file leads out of the file's folder.
    """
    if not (name.endswith(".toml") or (Path(name).is_file() and name not in known.names("recipe"))):
        found: Recipe = known.recipe(name)
        return found
    recipe, folder = Recipe.read(name), Path(name).resolve().parent
    changes: dict[str, Any] = {
        role: _confined(role, spec, known, folder, name)
        for role in ("generator", "discriminator", "loss", "dataset")
        if role not in given and (spec := getattr(recipe, role)) is not None
    }
    if "regularizers" not in given:
        changes["regularizers"] = [_confined("regularizer", spec, known, folder, name) for spec in recipe.regularizers]
    return attrs.evolve(recipe, **changes)


def _confined(kind: str, spec: Spec, known: Registry, folder: Path, file: str) -> Spec:
    from ganreg.contract.structuring import convert, fields_of

    implementation: type = known.implementation(kind, spec.name)
    types = {field.name: field.type for field in fields_of(implementation)}
    parameters = dict(spec.parameters)
    for name, value in spec.parameters.items():
        try:
            typed = convert(value, types.get(name))
        except SpecError:
            continue  # which is refused where the component is made, with its name
        parameters[name] = _inside(typed, folder, f"{file}: {kind} '{spec.name}': {name}", kind) or value
    return Spec(spec.name, parameters)


def _inside(value: Any, folder: Path, where: str, kind: str) -> Any:
    """A value whose paths lie in the folder; `None` where it holds none.

    Raises:
        SpecError: one leads elsewhere, be it through a link.
    """
    if isinstance(value, Path):
        place = (folder / value).resolve()
        if not place.is_relative_to(folder) or value.parts[:1] == ("~",) or value.is_absolute():
            raise SpecError(
                f"{where} leads out of the recipe's folder: {str(value)!r}; a recipe's file may name what lies beside "
                f"it, anything else is given on the command line (--{kind}) or in Python"
            )
        return place
    if isinstance(value, (tuple, list)):
        items = [_inside(item, folder, where, kind) for item in value]
        return [old if new is None else new for old, new in zip(value, items, strict=True)] if any(items) else None
    if isinstance(value, Mapping):
        table = {key: _inside(item, folder, where, kind) for key, item in value.items()}
        return {key: value[key] if new is None else new for key, new in table.items()} if any(table.values()) else None
    return None
