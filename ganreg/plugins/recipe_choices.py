"""Applies choices of components to a recipe, and names the components that are left to defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ganreg.contract.kinds import KINDS, option_for
from ganreg.contract.recipes import ROLES, Recipe
from ganreg.contract.specs import Spec
from ganreg.errors import AssemblyError
from ganreg.plugins.registry import Registry


def with_choices(recipe: Recipe, choices: Mapping[str, Any], known: Registry) -> Recipe:
    """Applies choices to a recipe.

    If another game is chosen, the recipe's networks in roles that this game does not have are left out. Components that
    nobody chose are named in the result, so that settings can reach into their hyperparameters.

    Args:
        recipe: the recipe.
        choices: new values by field; `None` leaves a field as it is. Among them, `networks` adds to the recipe's
            networks or replaces some of them, by role.
        known: the registry in which names are looked up.

    Raises:
        AssemblyError: the recipe's own generator cannot play the chosen game.
        UnknownComponentError, AmbiguousComponentError, PluginError: the game cannot be loaded.
    """
    changes = dict(choices)
    networks: Mapping[str, Any] = changes.pop("networks", None) or {}
    game = changes.get("game")
    refuse_other_kinds(recipe, game, {**changes, **networks}, known)
    chosen = recipe.updated(**changes)
    roles = known.roles(chosen.game)
    kept = {role: spec for role, spec in recipe.networks.items() if game is None or role in roles}
    return _with_defaults(attrs.evolve(chosen, networks={**kept, **networks}), known)


def refuse_other_kinds(recipe: Recipe, game: Any, given: Mapping[str, Any], known: Registry) -> None:
    """Refuses a recipe's own component where another game needs one of another kind.

    Args:
        recipe: the recipe.
        game: the other game, as for `Registry.game_class`; `None` for the recipe's own.
        given: what overrides the recipe's components, by role; `None` where nothing does.
        known: the registry in which names are looked up.

    Raises:
        AssemblyError: the recipe names such a component, and nothing overrides it.
        UnknownComponentError, AmbiguousComponentError, PluginError: a game cannot be loaded.
    """
    if game is None:
        return
    before, after = known.roles(recipe.game), known.roles(game)
    for role, kind in after.items():
        spec = recipe.role(role)
        if spec is None or given.get(role) is not None or before.get(role, kind) == kind:
            continue
        other = before[role]
        raise AssemblyError(
            f"recipe '{recipe.name}' has {KINDS[other].article} {other}, '{spec.name}', where the chosen game needs "
            f"{KINDS[kind].article} {kind}; choose one with {option_for(role, 'SPEC')} (see `ganreg list {kind}`)"
        )


def _with_defaults(recipe: Recipe, known: Registry) -> Recipe:
    """Names the default component of each role that the recipe leaves open."""
    game = known.game_class(recipe.game)
    named: dict[str, Spec] = {}
    for role, kind in {**game.roles, "loss": "loss"}.items():
        if (recipe.loss if role == "loss" else recipe.role(role)) is not None:
            continue
        if role in game.defaults:
            named[role] = Spec.of(game.defaults[role])
        elif (entry := known.default(kind)) is not None:
            named[role] = Spec(known.name_of(entry))
    fields = {role: spec for role, spec in named.items() if role in ROLES}
    networks = {role: spec for role, spec in named.items() if role not in ROLES}
    return recipe.updated(networks={**recipe.networks, **networks}, **fields)
