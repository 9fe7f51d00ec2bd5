"""Resolving: from a recipe's names to an assembly of implementations. Importable without TensorFlow."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from ganreg.contract.assembly import Assembly, Part
from ganreg.contract.games import Game
from ganreg.contract.kinds import KINDS
from ganreg.contract.recipes import ROLES, Recipe
from ganreg.contract.specs import Spec
from ganreg.contract.structuring import unstructure
from ganreg.data.arrays import Data
from ganreg.data.checking import as_data
from ganreg.data.classes import Classes
from ganreg.data.spec import DataSpec
from ganreg.engine.attribution import attributed
from ganreg.engine.games import USUAL_GAME, networks_of, refuse_unfit_data
from ganreg.engine.loading import load_data
from ganreg.engine.remedies import alternatives
from ganreg.errors import AssemblyError, GanregWarning, UnknownComponentError, did_you_mean
from ganreg.plugins.component_paths import with_absolute_paths
from ganreg.plugins.registry import Registry, registry


def resolve(
    recipe: Recipe,
    *,
    data: Any = None,
    described: DataSpec | None = None,
    components: Mapping[str, Any] | None = None,
    regularizers: Sequence[Any] | None = None,
    optimizers: Mapping[str, Any] | None = None,
    known: Registry | None = None,
) -> Assembly:
    """Creates the implementation of each component that a recipe names, each once.

    Whether they fit together is for `ganreg.engine.checks` to say.

    Args:
        recipe: names of components and everything else.
        data: overrides the recipe's dataset; see `assemble`.
        described: what one sample looks like, where that is known already; the recipe's dataset is then not asked, so
            its files need not be there.
        components: implementations or specs that override the recipe's, by role.
        regularizers: likewise, for all of them.
        optimizers: Keras optimizers by player.
        known: the registry to look names up in. Defaults to that of the installed plugins.

    Raises:
        GanregError: a name, a hyperparameter or the data are wrong.
    """
    known = known or registry()
    given = {role: chosen for role, chosen in (components or {}).items() if chosen is not None}
    game_part = _game(given.pop("game", None) or recipe.game, known)
    game: Game = game_part.implementation
    _refuse_other_roles({*given, *recipe.networks} - {"loss"}, game_part, known)
    parts = {
        role: _network(role, kind, given.get(role) or recipe.role(role) or game.defaults.get(role), game_part, known)
        for role, kind in game.roles.items()
    }
    parts["loss"] = known.part("loss", given.get("loss") or recipe.loss)
    wanted = recipe.regularizers if regularizers is None else regularizers
    labelled = _with_unique_labels([known.part("regularizer", one) for one in wanted])
    samples = _samples(recipe.dataset if data is None else data, described)
    dataset = None if isinstance(samples, (Data, DataSpec)) else known.part("dataset", samples)
    if dataset is None:
        spec = samples if isinstance(samples, DataSpec) else samples.spec
    else:
        with attributed(dataset.origin, "spec"):
            spec = described or dataset.implementation.spec()
    refuse_unfit_data(game_part, spec)
    parts = _conditional_as_the_data(_settled(parts, spec), spec, game)
    assembly = Assembly(
        recipe=with_absolute_paths(
            attrs.evolve(
                recipe,
                generator=parts["generator"].spec,
                discriminator=parts["discriminator"].spec,
                loss=parts["loss"].spec,
                regularizers=tuple(part.spec for part in labelled),
                game=None if game_part is USUAL_GAME else game_part.spec,
                networks={role: parts[role].spec for role in game.roles if role not in ROLES},
                dataset=None if dataset is None else dataset.spec,
            ),
            known,
            game.roles,
        ),
        data=spec,
        parts=parts,
        regularizer_parts=labelled,
        game_part=game_part,
        source=dataset.implementation if dataset is not None else samples if isinstance(samples, Data) else None,
        optimizers=optimizers or {},
    )
    classes = Classes(
        spec.num_classes,
        names=samples.class_names if isinstance(samples, Data) else (),
        load=None if assembly.source is None else functools.partial(load_data, assembly),
    )
    return attrs.evolve(assembly, networks=networks_of(assembly), classes=classes)


def _game(chosen: Any, known: Registry) -> Part:
    return USUAL_GAME if chosen is None else known.part("game", chosen)


def _refuse_other_roles(given: Iterable[str], game: Part, known: Registry) -> None:
    """Raises an `AssemblyError` for a role that the game does not have."""
    roles = game.implementation.roles
    for role in sorted(set(given) - set(roles)):
        games = _choices_of_game(known.games_with(role))
        remedy = f"a game that has one: {games}" if games else did_you_mean(role, list(roles))
        raise AssemblyError(f"{game.origin} has no network '{role}'; {remedy}")


def _network(role: str, kind: str, chosen: Any, game: Part, known: Registry) -> Part:
    """The component in a role of the game.

    Raises:
        GanregError: as `Registry.part`; where a component of another kind was named, the message says what is needed.
    """
    try:
        return known.part(kind, chosen)
    except UnknownComponentError as error:
        others = known.kinds_with(error.name)
        if not others:
            raise
        is_, needed = (f"{one.article} {one.name}" for one in (KINDS[others[0]], KINDS[kind]))
        message = (
            f"'{error.name}' is {is_}, but {game.origin} needs {needed} in its place; "
            f"choose from {', '.join(error.known)} (see `ganreg list {kind}`)"
        )
        games = _choices_of_game(known.games_with(role, others[0])) if game is USUAL_GAME else ""
        if games:
            message += f", or a game that takes {is_}: {games}"
        raise UnknownComponentError(message, kind=kind, name=error.name, known=error.known) from None


def _choices_of_game(names: Iterable[str]) -> str:
    return alternatives([f"{KINDS['game'].options[0]} {name}" for name in names])


def _samples(data: Any, described: DataSpec | None) -> Any:
    """The data as a `Data`, a `DataSpec`, or whatever names a dataset.

    Raises:
        AssemblyError: there are none.
        DataError: they cannot be used.
    """
    if data is None and described is None:
        raise AssemblyError("there is nothing to train on: pass data=, the name of a dataset, an array or a DataSpec")
    return described if data is None else as_data(data)


def _settled(parts: Mapping[str, Part], data: DataSpec) -> dict[str, Part]:
    """Has networks around the reader's own models read from the models and the data what the recipe leaves open."""
    others = [part.implementation for part in parts.values()]
    settled = dict(parts)
    for role, part in parts.items():
        if hasattr(part.implementation, "settled"):
            implementation = part.implementation.settled(data, others)
            spec = Spec(part.spec.name, unstructure(implementation))
            settled[role] = attrs.evolve(part, implementation=implementation, spec=spec)
    return settled


def _conditional_as_the_data(parts: Mapping[str, Part], data: DataSpec, game: Game) -> dict[str, Part]:
    """Settles `conditional=None`: a network takes labels where the data have them.

    Where sources are not paired with samples, the samples' labels say nothing about what is made from a source.
    """
    strangers = "source" in game.needs and not data.paired
    labelled = data.num_classes is not None and not strangers
    settled = dict(parts)
    for role, part in parts.items():
        if getattr(part.implementation, "conditional", False) is None:
            implementation = attrs.evolve(part.implementation, conditional=labelled)
            spec = Spec(part.spec.name, unstructure(implementation))
            settled[role] = attrs.evolve(part, implementation=implementation, spec=spec)
    changed = [f"{role} '{part.spec.name}'" for role, part in settled.items() if part is not parts[role]]
    if changed and not labelled:
        why = "labels do not belong to the sources" if data.num_classes is not None else "the data have no labels"
        message = f"{why}, so {' and '.join(changed)} will train unconditionally"
        warnings.warn(message, GanregWarning, stacklevel=4)
    return settled


def _with_unique_labels(parts: Sequence[Part]) -> tuple[Part, ...]:
    seen: dict[str, int] = {}
    labelled = []
    for part in parts:
        seen[part.label] = count = seen.get(part.label, 0) + 1
        labelled.append(part if count == 1 else attrs.evolve(part, label=f"{part.label}-{count}"))
    return tuple(labelled)
