"""The paths among the parameters of components, those of components that they name included."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from ganreg.contract.kinds import IMPLEMENTED
from ganreg.contract.recipes import Recipe
from ganreg.contract.specs import Spec
from ganreg.errors import GanregError
from ganreg.plugins.registry import Registry


def with_absolute_paths(recipe: Recipe, known: Registry, roles: Mapping[str, str] | None = None) -> Recipe:
    """Returns a recipe in which every path is absolute, so that it works from any folder.

    Args:
        recipe: the complete recipe.
        known: the registry in which names are looked up.
        roles: the kind of component of each of the game's roles. Defaults to those of the game that the recipe names.
    """
    roles = known.roles(recipe.game) if roles is None else roles
    fields = {role: _absolute(kind, recipe.role(role), known) for role, kind in roles.items()}
    own = {role: spec for role, spec in fields.items() if role not in recipe.networks}
    return attrs.evolve(
        recipe,
        **own,
        loss=_absolute("loss", recipe.loss, known),
        regularizers=tuple(_absolute("regularizer", spec, known) for spec in recipe.regularizers),
        game=_absolute("game", recipe.game, known),
        networks={role: fields[role] for role in recipe.networks},
        dataset=_absolute("dataset", recipe.dataset, known),
    )


def paths_of(kind: str, spec: Spec, known: Registry) -> list[Path]:
    """The paths that a component is given, and those of the components that it names."""
    found: list[Path] = []

    def keep(path: Path) -> Path:
        found.append(path)
        return path

    _mapped(kind, spec, known, keep)
    return found


def _absolute(kind: str, spec: Any, known: Registry) -> Any:
    return None if spec is None else _mapped(kind, spec, known, lambda path: _expanded(path).absolute())


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:  # there is no such user; reading the file says so
        return path


def _mapped(kind: str, spec: Spec, known: Registry, change: Callable[[Path], Path]) -> Spec:
    """Changes the paths of a component; one that no plugin offers is left as it is."""
    parameters = dict(spec.parameters)
    for name, typed in _typed(kind, spec, known):
        # Such as the dataset whose images another one degrades; empty text names none.
        if name in IMPLEMENTED and isinstance(typed, str) and typed:
            inner = Spec.of(typed)
            changed = _mapped(name, inner, known, change)
            parameters[name] = typed if changed == inner else str(changed)
        elif (value := _changed(typed, change)) is not None:
            parameters[name] = value
    return Spec(spec.name, parameters)


def _typed(kind: str, spec: Spec, known: Registry) -> Iterator[tuple[str, Any]]:
    from ganreg.contract.structuring import convert, fields_of

    try:
        implementation: type = known.implementation(kind, spec.name)
        types = {field.name: field.type for field in fields_of(implementation)}
        values = [(name, convert(value, types.get(name))) for name, value in spec.parameters.items()]
    except GanregError:  # no plugin offers it, or creating the component refuses the value
        return
    yield from values


def _changed(value: Any, change: Callable[[Path], Path]) -> Any:
    """A value with its paths changed to text; `None` if it holds no path."""
    if isinstance(value, Path):
        return str(change(value))
    if isinstance(value, (tuple, list)):
        items = [_changed(item, change) for item in value]
        if any(item is not None for item in items):
            return [old if new is None else new for old, new in zip(value, items, strict=True)]
    if isinstance(value, Mapping):
        table = {key: _changed(item, change) for key, item in value.items()}
        if any(item is not None for item in table.values()):
            return {key: value[key] if new is None else new for key, new in table.items()}
    return None
