"""What a search varies: the recipe, one of its components, and the parameters of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import attrs

from ganreg.contract.kinds import KINDS
from ganreg.contract.ranges import Alternatives, Range, is_whole, search_of
from ganreg.contract.recipes import ROLES, Recipe
from ganreg.contract.specs import Spec
from ganreg.contract.structuring import convert, fields_of, plain
from ganreg.plugins.registry import Registry

RECIPE, CHANGE, NOTHING, WITHOUT = "recipe", "change", "nothing", "none"
CHANGED = ("loss", "regularizer", "generator", "discriminator")
"""The kinds of component of which a trial replaces one, or to which it adds one."""

_OPTIMIZERS = ("generator_optimizer", "discriminator_optimizer")
_RATE, _CONDITIONAL = "learning_rate", "conditional"
_FACTOR = 4.0
"""A learning rate is searched between the recipe's own divided and multiplied by this."""


class Choices(Protocol):
    """Chooses values by name; Optuna's trials do."""

    def suggest_categorical(self, name: str, choices: Sequence[Any]) -> Any:
        """Chooses one of several values."""

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float:
        """Chooses a number."""

    def suggest_int(self, name: str, low: int, high: int, *, log: bool = False) -> int:
        """Chooses a whole number."""


@attrs.frozen
class _Dimension:
    """One thing that varies.

    Attributes:
        name: its name in the study.
        own: its value in the recipe as it is.
        low, high: the bounds of a number.
        log: whether the number is drawn by its logarithm.
        whole: whether the number is whole.
        choices: the texts of which one is chosen, instead of a number.
    """

    name: str
    own: Any
    low: float = 0.0
    high: float = 0.0
    log: bool = False
    whole: bool = False
    choices: tuple[str, ...] = ()

    def chosen(self, choices: Choices) -> Any:
        if self.choices:
            return choices.suggest_categorical(self.name, self.choices)
        if self.whole:
            return choices.suggest_int(self.name, int(self.low), int(self.high), log=self.log)
        return choices.suggest_float(self.name, self.low, self.high, log=self.log)

    def joined(self, other: _Dimension) -> _Dimension:
        """Returns the dimension with the values of both."""
        return attrs.evolve(
            self,
            low=min(self.low, other.low),
            high=max(self.high, other.high),
            choices=tuple(dict.fromkeys([*self.choices, *other.choices])),
        )


class Space:
    """The combinations of a search.

    Every trial starts from one of the recipes, replaces or adds at most one component, and chooses the parameters that
    declare a search. A parameter of a component has the same name in all recipes, and a range that covers the recipes'
    own values.

    Args:
        recipes: complete recipes.
        others: the names of the components that may replace or be added to a recipe's own, by kind.
        known: the registry.
    """

    def __init__(self, recipes: Sequence[Recipe], others: Mapping[str, Sequence[str]], known: Registry) -> None:
        self._recipes = {recipe.name: recipe for recipe in recipes}
        self._others = {kind: tuple(others[kind]) for kind in CHANGED if others.get(kind)}
        self._known = known
        self._dimensions: dict[str, _Dimension] = {}
        changed = [
            self._changed(recipe, kind, name)
            for recipe in recipes[:1]
            for kind, names in self._others.items()
            for name in names
        ]
        for recipe in (*recipes, *changed):
            for dimension, _ in self._varied(recipe):
                wider = self._dimensions.get(dimension.name, dimension)
                self._dimensions[dimension.name] = wider.joined(dimension)

    def as_it_is(self, recipe: Recipe) -> dict[str, Any]:
        """Returns the choices that lead to a recipe without a change."""
        own = {dimension.name: dimension.own for dimension, _ in self._varied(recipe)}
        return {RECIPE: recipe.name, CHANGE: NOTHING} | own

    def chosen(self, choices: Choices) -> Recipe:
        """Returns the recipe that results from choices; it may not fit together.

        Raises:
            GanregError: a component cannot be loaded.
        """
        recipe = self._recipes[choices.suggest_categorical(RECIPE, list(self._recipes))]
        kind = choices.suggest_categorical(CHANGE, [NOTHING, *self._others])
        if kind != NOTHING:
            options = [WITHOUT] * (kind == "regularizer") + list(self._others[kind])
            recipe = self._changed(recipe, kind, choices.suggest_categorical(kind, options))
        table = recipe.as_table()
        for dimension, path in self._varied(recipe):
            value = self._dimensions.get(dimension.name, dimension).chosen(choices)
            _put(table, path, self._value(value, dimension, path, table))
        return Recipe.from_table(table)

    def with_other(self, kind: str, name: str) -> Iterator[Recipe]:
        """Yields each recipe with a component that replaces its own of that kind, or is added to it."""
        for recipe in self._recipes.values():
            if self._has(recipe, kind):
                yield self._changed(recipe, kind, name)

    def changes(self, params: Mapping[str, Any], recipe: Recipe) -> dict[str, Any]:
        """Returns those of a trial's choices that differ from the recipe as it is.

        Args:
            params: the choices by name.
            recipe: the recipe that the trial starts from.
        """
        own = self.as_it_is(recipe)
        return {name: value for name, value in params.items() if name != CHANGE and value != own.get(name)}

    def recipe(self, name: str) -> Recipe:
        """Returns a recipe to start from."""
        return self._recipes[name]

    def _changed(self, recipe: Recipe, kind: str, name: str) -> Recipe:
        if kind == "regularizer":
            if name == WITHOUT:
                return recipe.updated(regularizers=())
            kept = [spec for spec in recipe.regularizers if spec.name != name]
            return recipe.updated(regularizers=(*kept, self._complete(kind, Spec(name))))
        if not self._has(recipe, kind):
            return recipe
        replaced = getattr(recipe, kind)
        spec = self._complete(kind, Spec(name), {} if replaced is None else replaced.parameters)
        return recipe.updated(**{kind: spec})

    def _has(self, recipe: Recipe, kind: str) -> bool:
        """Whether a component of this kind has a place in the recipe; some games have translators as generators."""
        return kind in ("loss", "regularizer") or self._known.roles(recipe.game).get(kind) == kind

    def _complete(self, kind: str, spec: Spec, replaced: Mapping[str, Any] | None = None) -> Spec:
        """Returns a spec with its defaults; whether a network takes labels is kept from the one that it replaces."""
        implementation: type = self._known.implementation(kind, spec.name)
        shared = {field.name for field in fields_of(implementation)}
        taken = (replaced or {}).get(_CONDITIONAL)
        return spec if taken is None or _CONDITIONAL not in shared else Spec(spec.name, {_CONDITIONAL: taken})

    def _varied(self, recipe: Recipe) -> Iterator[tuple[_Dimension, tuple[Any, ...]]]:
        """Yields what varies in a recipe, each with its place in the recipe's table."""
        yield from self._searched(Recipe, recipe.as_table(), "", ())
        for player in _OPTIMIZERS:
            rate = plain(getattr(recipe, player).parameters.get(_RATE))
            if isinstance(rate, (int, float)) and rate > 0:
                name = f"{player}.{_RATE} (factor)"
                yield _Dimension(name, 1.0, 1 / _FACTOR, _FACTOR, log=True), (player, _RATE)
        for kind, spec, path in self._components(recipe):
            implementation = self._known.implementation(kind, spec.name)
            role = path[0] if path[0] != "networks" else path[1]
            prefix = f"{'regularizer' if role == 'regularizers' else role}.{spec.name}."
            yield from self._searched(implementation, spec.parameters, prefix, path)

    def _components(self, recipe: Recipe) -> Iterator[tuple[str, Spec, tuple[Any, ...]]]:
        """Yields the kind, the spec and the place of each component that the training consists of."""
        roles = {**self._known.roles(recipe.game), "loss": "loss"}
        for role, kind in roles.items():
            spec = recipe.loss if role == "loss" else recipe.role(role)
            if spec is not None:
                yield kind, spec, (role,) if role in ROLES else ("networks", role)
        if recipe.game is not None:
            yield "game", recipe.game, ("game",)
        for number, spec in enumerate(recipe.regularizers):
            yield "regularizer", spec, ("regularizers", number)

    def _searched(
        self, cls: type, values: Mapping[str, Any], prefix: str, path: tuple[Any, ...]
    ) -> Iterator[tuple[_Dimension, tuple[Any, ...]]]:
        """Yields the fields of a class that declare a search, but those whose own value is not of the searched form."""
        for field in fields_of(cls):
            search = search_of(field)
            if search is None:
                continue
            own = plain(values.get(field.name, field.default))
            dimension = _dimension(f"{prefix}{field.name}", own, search, field)
            if dimension is not None:
                yield dimension, (*path, field.name)

    def _value(self, value: Any, dimension: _Dimension, path: Sequence[Any], table: Mapping[str, Any]) -> Any:
        if path[-1] == _RATE and path[0] in _OPTIMIZERS:
            return float(f"{table[path[0]][_RATE] * value:.4g}")
        if dimension.choices:
            from ganreg.contract.structuring import read_literal

            return read_literal(value)
        return value if dimension.whole else float(f"{value:.4g}")


def _dimension(name: str, own: Any, search: Range | Alternatives, field: attrs.Attribute[Any]) -> _Dimension | None:
    if isinstance(search, Alternatives):
        texts = dict.fromkeys(_text(plain(value)) for value in (*search.values, convert(own, field.type)))
        return _Dimension(name, _text(own), choices=tuple(texts))
    if isinstance(own, bool) or not isinstance(own, (int, float)) or (search.log and own <= 0):
        return None
    low, high = min(search.low, own), max(search.high, own)
    return _Dimension(name, own, low, high, log=search.log, whole=is_whole(field))


def _text(value: Any) -> str:
    """A plain value as text that `read_literal` reads back."""
    return str(Spec("x", {"value": value})).partition("=")[2]


def _put(table: dict[str, Any], path: Sequence[Any], value: Any) -> None:
    place: Any = table
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value


def joining(kind: str, known: Registry) -> Iterator[str]:
    """Yields the names of the components of a kind that can replace others in a search.

    These are the components that declare a search for a parameter, and those without any parameters of their own.
    """
    base: type = KINDS[kind].base
    inherited = {field.name for field in fields_of(base)}
    for name in known.names(kind):
        implementation: type = known.implementation(kind, name)
        fields = fields_of(implementation)
        if any(search_of(field) is not None for field in fields) or {field.name for field in fields} <= inherited:
            yield name
