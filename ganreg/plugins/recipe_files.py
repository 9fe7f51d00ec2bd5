"""Finds recipes by name or in a file, and confines the paths in a file to the file's folder.

A recipe names registered components and nothing else. A path in a recipe file is relative to the folder of the file and
may not lead out of it, so that running someone else's recipe does not give it access to the user's files.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import attrs

from ganreg.contract.kinds import IMPLEMENTED, KINDS, option_for
from ganreg.contract.recipes import ROLES, Recipe
from ganreg.contract.specs import Spec
from ganreg.errors import SpecError, did_you_mean
from ganreg.files.opening import links_out, walk
from ganreg.plugins.registry import Registry


def find_recipe(name: str, known: Registry, given: Collection[str] = ()) -> Recipe:
    """Finds a recipe by its registered name, or reads it from a TOML file.

    Args:
        name: the name of a registered recipe, or the path of a file.
        known: the registry in which names are looked up.
        given: the fields of the recipe, and the roles among its networks, that are given elsewhere and override those
            of the file.

    Raises:
        GanregError: there is no such recipe, or the file is malformed.
        SpecError: a path in the file leads out of the file's folder, or its game does not have one of its networks.
    """
    if not (name.endswith(".toml") or (Path(name).is_file() and name not in known.names("recipe"))):
        recipe: Recipe = known.recipe(name)
        return recipe
    return _confined_recipe(Recipe.read(name), _Confinement(name, known), given)


def _confined_recipe(recipe: Recipe, confinement: _Confinement, given: Collection[str]) -> Recipe:
    """Confines the paths in all components that nothing overrides."""
    roles = confinement.known.roles(recipe.game)
    kinds = {**roles, "loss": "loss", "game": "game", "dataset": "dataset"}
    own: dict[str, Any] = {
        field: confinement.spec(kinds[field], spec, KINDS[field].options[-1])
        for field in (*ROLES, "game", "dataset")
        if field not in given and (spec := getattr(recipe, field)) is not None
    }
    own["networks"] = dict(recipe.networks)
    for role, spec in recipe.networks.items():
        if role not in roles:  # its kind is unknown, and so are its paths, which another game could use
            raise SpecError(f"{confinement.file}: its game has no network '{role}'; {did_you_mean(role, roles)}")
        if role not in given:
            own["networks"][role] = confinement.spec(kinds[role], spec, option_for(role, "SPEC"))
    if "regularizers" not in given:
        option = KINDS["regularizer"].options[-1]
        own["regularizers"] = [confinement.spec("regularizer", spec, option) for spec in recipe.regularizers]
    return attrs.evolve(recipe, **own)


@attrs.frozen
class _Confinement:
    """Resolves the paths in a recipe file, and refuses those that lead out of the file's folder.

    Attributes:
        file: the path of the file.
        known: the registry.
    """

    file: str
    known: Registry

    def spec(self, kind: str, spec: Spec, option: str) -> Spec:
        """Returns a spec with its paths resolved.

        A text in a parameter that is called after a kind of component, such as `dataset`, is a spec of that kind.

        Args:
            kind: the kind of the component.
            spec: the component's spec in the file.
            option: the option of the command line that takes any path.

        Raises:
            SpecError: a path leads out of the folder.
        """
        from ganreg.contract.structuring import convert, fields_of

        implementation: type = self.known.implementation(kind, spec.name)
        types = {field.name: field.type for field in fields_of(implementation)}
        parameters = dict(spec.parameters)
        for name, value in spec.parameters.items():
            try:
                typed = convert(value, types.get(name))
            except SpecError:
                continue  # creating the component refuses the value and names it
            if name in IMPLEMENTED and isinstance(typed, str):
                parameters[name] = str(self.spec(name, Spec.of(typed), option))
            else:
                parameters[name] = self._inside(typed, f"{kind} '{spec.name}': {name}", option) or value
        return Spec(spec.name, parameters)

    def _inside(self, value: Any, where: str, option: str) -> Any:
        """Returns a value with its paths resolved in the folder; `None` if it holds no path."""
        if isinstance(value, Path):
            folder = Path(self.file).resolve().parent
            place = (folder / value).resolve()
            if not place.is_relative_to(folder) or value.parts[:1] == ("~",) or value.is_absolute():
                raise SpecError(
                    f"{self.file}: {where} leads out of the recipe's folder: {str(value)!r}; a recipe file may name "
                    f"only files in its own folder; give any other path on the command line ({option}) or in Python"
                )
            for entry in walk(place) if place.is_dir() else ():  # such as a folder of images
                if entry.is_symlink() and links_out(Path(entry.path), folder):
                    raise SpecError(
                        f"{self.file}: {where} names a folder with a link that leads out of the recipe's folder: "
                        f"{entry.path}; replace the link with its target, or give the folder on the command line "
                        f"({option}) or in Python"
                    )
            return place
        if isinstance(value, (tuple, list)):
            items = [self._inside(item, where, option) for item in value]
            return [old if new is None else new for old, new in zip(value, items, strict=True)] if any(items) else None
        if isinstance(value, Mapping):
            table = {key: self._inside(item, where, option) for key, item in value.items()}
            found = any(table.values())
            return {key: value[key] if new is None else new for key, new in table.items()} if found else None
        return None
