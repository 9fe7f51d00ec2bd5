"""The components of a saved recipe that no plugin offers: they are passed again, or still known to this program."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from ganreg.adapters.adapting import adapted, is_adapter
from ganreg.contract.assembly import Assembly, is_unregistered
from ganreg.contract.implementation import Implementation
from ganreg.contract.recipes import Recipe
from ganreg.contract.specs import Spec
from ganreg.contract.structuring import structure
from ganreg.errors import RunError, did_you_mean
from ganreg.plugins.registry import Registry, registry

_DATASET, _REGULARIZERS = "dataset", "regularizers"


@attrs.frozen(kw_only=True)
class OwnComponents:
    """What overrides the components that a recipe names.

    Attributes:
        recipe: the recipe, without a dataset that nothing stands for.
        roles: components by role.
        regularizers: all regularizers; `None` for the recipe's.
        data: the samples; `None` for the recipe's dataset.
    """

    recipe: Recipe
    roles: Mapping[str, Any] = attrs.field(factory=dict)
    regularizers: Sequence[Any] | None = None
    data: Any = None


_KNOWN: dict[Path, Mapping[str, Any]] = {}
"""The objects in the folders that this program wrote, by folder and by role or name."""


def remember(folder: Path, assembly: Assembly) -> None:
    """Keeps the objects of an assembly for as long as the program runs, so that it can load the folder again.

    Args:
        folder: the folder that the recipe was written to.
        assembly: the components.
    """
    parts = {**assembly.parts, "game": assembly.game_part}
    kept = {role: part.implementation for role, part in parts.items() if is_unregistered(part.spec)}
    kept |= {_bare(part.spec): part.implementation for part in assembly.regularizer_parts if is_unregistered(part.spec)}
    stored = assembly.recipe.dataset is not None and not is_unregistered(assembly.recipe.dataset)
    if assembly.source is not None and not stored:
        kept[_DATASET] = assembly.source
    _KNOWN.pop(folder.resolve(), None)
    if kept:
        _KNOWN[folder.resolve()] = kept


def own_components(
    recipe: Recipe, given: Mapping[str, Any] | None, *, where: str, folder: Path | None = None
) -> OwnComponents:
    """Finds the components of a recipe that no plugin offers.

    Args:
        recipe: the saved recipe.
        given: components by role, `"dataset"` among them, or by the name of a regularizer; or `"regularizers"`, all of
            them. They are anything that `assemble` takes.
        where: what holds the recipe, for messages.
        folder: the folder that holds it, if it may be known to this program.

    Raises:
        RunError: a component is missing, or there is no such role.
    """
    given = given or {}
    known = registry()
    passed = {**(_KNOWN.get(folder.resolve(), {}) if folder is not None else {}), **given}
    named = dict(_named(recipe, passed, known))
    if unknown := sorted(set(given) - {*named, _DATASET, _REGULARIZERS}):
        raise RunError(f"{where} has no component '{unknown[0]}'; {did_you_mean(unknown[0], [*named, _DATASET])}")
    lacking = [
        role
        for role, (kind, spec) in named.items()
        if spec is not None
        and is_unregistered(spec)
        and role not in passed
        and not (kind == "regularizer" and _REGULARIZERS in passed)
    ]
    if lacking:
        called = {role: kind if kind == "regularizer" else role for role, (kind, _) in named.items()}
        missing = [f"{called[role]} '{_bare(named[role][1])}'" for role in lacking]
        keys = ", ".join(f"{json.dumps(role)}: ..." for role in lacking)
        raise RunError(
            f"{where} was made with {', '.join(missing)}, which no plugin offers; pass the same again: "
            f"components={{{keys}}}"
        )
    roles = {
        role: _as_named(kind, passed[role], spec)
        for role, (kind, spec) in named.items()
        if role in passed and kind != "regularizer"
    }
    regularizers: Sequence[Any] | None = passed.get(_REGULARIZERS)
    if regularizers is None and any(_bare(spec) in passed for spec in recipe.regularizers):
        regularizers = [
            _as_named("regularizer", passed[_bare(spec)], spec) if _bare(spec) in passed else spec
            for spec in recipe.regularizers
        ]
    lost = recipe.dataset is not None and is_unregistered(recipe.dataset)
    left = attrs.evolve(recipe, dataset=None) if lost else recipe
    return OwnComponents(recipe=left, roles=roles, regularizers=regularizers, data=passed.get(_DATASET))


def _named(recipe: Recipe, passed: Mapping[str, Any], known: Registry) -> Iterator[tuple[str, tuple[str, Spec | None]]]:
    """The roles of a recipe and the names of its regularizers, each with the kind and the spec of its component."""
    game = passed.get("game") or (None if recipe.game is not None and is_unregistered(recipe.game) else recipe.game)
    game = game() if isinstance(game, type) else game
    for role, kind in known.roles(game).items():
        yield role, (kind, recipe.role(role))
    yield "loss", ("loss", recipe.loss)
    if recipe.game is not None:
        yield "game", ("game", recipe.game)
    for spec in recipe.regularizers:
        yield _bare(spec), ("regularizer", spec)


def _as_named(kind: str, chosen: Any, spec: Spec | None) -> Any:
    """The component of an object, under the name that the recipe has for it; Keras numbers the names of models."""
    if spec is None or isinstance(chosen, (str, Spec)):
        return chosen
    if isinstance(chosen, type) and issubclass(chosen, Implementation):
        return structure(chosen, spec.parameters, where=f"{kind} '{chosen.__name__}'")
    if isinstance(chosen, Implementation):
        return chosen
    implementation = adapted(kind, chosen)
    if is_unregistered(spec) and is_adapter(implementation):
        type(implementation).own_name = _bare(spec)  # type: ignore[attr-defined]
    return implementation


def _bare(spec: Spec | None) -> str:
    return "" if spec is None else spec.name.rpartition("/")[2]
