"""Looks up components by kind and name, across all plugins."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import NoneType
from typing import Any, ClassVar, Literal, cast, overload

import attrs

from ganreg.adapters.adapting import adapted, is_adapter, own_name
from ganreg.contract.assembly import UNREGISTERED, Part
from ganreg.contract.components import Component
from ganreg.contract.datasets import Dataset
from ganreg.contract.extractors import Extractor
from ganreg.contract.games import Game
from ganreg.contract.implementation import Implementation
from ganreg.contract.kinds import IMPLEMENTED, KINDS, kind_of_class
from ganreg.contract.losses import Loss
from ganreg.contract.metrics import Metric
from ganreg.contract.networks import Discriminator, Generator
from ganreg.contract.recipes import Recipe
from ganreg.contract.regularizers import Regularizer
from ganreg.contract.specs import Spec
from ganreg.contract.structuring import structure, unstructure
from ganreg.contract.translators import Translator
from ganreg.errors import (
    AmbiguousComponentError,
    AssemblyError,
    PluginError,
    SpecError,
    UnknownComponentError,
    did_you_mean,
)
from ganreg.plugins.host import Plugin, PluginHost, disabled_by_environment, strict_by_environment
from ganreg.plugins.installed import EntryPoint, installed_entry_points, normalized
from ganreg.plugins.single_files import entry_points_of_environment
from ganreg.shown import Shown
from ganreg.texts import described

REGISTERED = "registered"
"""Stands for the distribution of components that the running program has registered."""


@attrs.frozen
class Entry:
    """A component in the registry, with the plugin that offers it.

    Attributes:
        kind: one of `ganreg.contract.kinds.KINDS`.
        component: the `Component`, or the `Recipe` for the kind `recipe`.
        plugin: the plugin that offers it.
    """

    kind: str
    component: Any
    plugin: Plugin

    @property
    def name(self) -> str:
        """The bare name."""
        return str(self.component.name)

    @property
    def qualified_name(self) -> str:
        """`DISTRIBUTION/name`, which is never ambiguous."""
        return f"{self.plugin.distribution}/{self.name}"

    @property
    def summary(self) -> str:
        """One line for listings."""
        return str(self.component.summary)

    @property
    def paper(self) -> str:
        """The paper that it comes from, or an empty string."""
        return str(self.component.paper)


class Registry(Shown):
    """Everything that the loaded plugins offer.

    Args:
        host: the loaded plugins.
    """

    shown_by: ClassVar[str] = "registries"

    def __init__(self, host: PluginHost) -> None:
        self.host = host
        self._entries: dict[str, dict[str, list[Entry]]] = {}
        self._index()

    def _index(self) -> None:
        self._entries = {kind: {} for kind in KINDS}
        for plugin in self.host.plugins:
            for kind, components in plugin.offers.items():
                for component in components:
                    entry = Entry(kind, component, plugin)
                    self._entries[kind].setdefault(entry.name, []).append(entry)

    def __deepcopy__(self, _: Any) -> Registry:
        """Returns itself: modules of plugins cannot be copied."""
        return self

    def __reduce__(self) -> tuple[Any, tuple[()]]:
        """Stands for the registry of the process that loads it."""
        return registry, ()

    @property
    def plugins(self) -> Sequence[Plugin]:
        """Every plugin that was found: loaded, failed or disabled."""
        return self.host.plugins

    def add(self, point: EntryPoint) -> Plugin:
        """Loads one more plugin.

        Raises:
            PluginError: it failed.
        """
        plugin = self.host.add(point)
        self._index()
        return plugin

    @property
    def registered(self) -> Plugin | None:
        """What the running program has registered, as a plugin; `None` if it has not registered anything."""
        return next((plugin for plugin in self.plugins if plugin.distribution == REGISTERED and not plugin.file), None)

    def register(self, kind: str, record: Any) -> None:
        """Adds a component of the running program, or replaces the one of the same name.

        Args:
            kind: such as `"loss"`.
            record: a `Component`, or a `Recipe` for the kind `recipe`.
        """
        before = self.registered or Plugin(REGISTERED, REGISTERED, "0", "loaded")
        items = [item for item in before.offers.get(kind, ()) if item.name != record.name]
        self.host.replace(attrs.evolve(before, offers={**before.offers, kind: (*items, record)}))
        self._index()

    def names(self, kind: str) -> list[str]:
        """The sorted names of a kind; a name that several distributions use is qualified.

        Raises:
            UnknownComponentError: there is no such kind.
        """
        return sorted(self.name_of(entry) for entry in self.entries(kind))

    def name_of(self, entry: Entry) -> str:
        """The shortest name that finds the entry: the bare name, or the qualified one if the bare name is ambiguous."""
        return entry.name if len(self._of_kind(entry.kind)[entry.name]) == 1 else entry.qualified_name

    def entries(self, kind: str | None = None) -> list[Entry]:
        """The entries of one kind, or of all kinds in their order, sorted by name."""
        kinds = tuple(KINDS) if kind is None else (kind,)
        return [entry for kind in kinds for _, entries in sorted(self._of_kind(kind).items()) for entry in entries]

    def find(self, kind: str, name: str) -> Entry:
        """Finds one entry by its bare or qualified name.

        Raises:
            UnknownComponentError: no component has that name; the message suggests similar ones.
            AmbiguousComponentError: several distributions use the name.
        """
        of_kind = self._of_kind(kind)
        distribution, _, bare = name.rpartition("/")
        entries = of_kind.get(bare, [])
        if distribution:
            wanted = normalized(distribution)
            entries = [entry for entry in entries if normalized(entry.plugin.distribution) == wanted]
        if not entries:
            raise self._unknown(kind, name)
        if len(entries) > 1:
            qualified = " or ".join(f"'{entry.qualified_name}'" for entry in entries)
            raise AmbiguousComponentError(f"{kind} '{name}' is offered by more than one distribution; use {qualified}")
        return entries[0]

    def implementation(self, kind: str, name: str) -> type[Implementation]:
        """Loads the class of a component.

        Raises:
            PluginError: the class cannot be imported, or is not a subclass of the kind's base class; the message names
                the component, its distribution and the reason.
        """
        entry = self.find(kind, name)
        if kind not in IMPLEMENTED:
            raise SpecError(f"a {kind} has no implementation class; '{name}' names a combination of components")
        return _load_implementation(entry)

    def create(self, kind: str, spec: str | Spec, /, **parameters: Any) -> Any:
        """Creates an instance of a component from a spec and further hyperparameters.

        Args:
            kind: such as `"loss"`.
            spec: a name, or a name with hyperparameters: `"wgan-gp:weight=5"`.
            **parameters: hyperparameters by name; they override those in the spec.

        Raises:
            UnknownComponentError, AmbiguousComponentError: no component, or more than one, has that name.
            SpecError: a hyperparameter is unknown, of the wrong type, or out of bounds.
            PluginError: the implementation cannot be loaded.
        """
        spec = Spec.of(spec)
        cls = self.implementation(kind, spec.name)
        return structure(cls, {**spec.parameters, **parameters}, where=f"{kind} '{spec.name}'")

    def part(self, kind: str, chosen: Any) -> Part:
        """Makes a component's part in an assembly.

        Args:
            kind: such as `"loss"`.
            chosen: an implementation, registered or not, a class of implementations, a spec or spec text, or an object
                that `ganreg.adapters` takes, such as a Keras model; `None` for the kind's default.

        Raises:
            UnknownComponentError, AmbiguousComponentError, SpecError, PluginError: as `create`.
            AssemblyError: the object cannot be such a component.
        """
        if isinstance(chosen, type) and issubclass(chosen, Implementation):
            chosen = structure(chosen, {}, where=f"{kind} '{chosen.__name__}'")
        elif not isinstance(chosen, (Implementation, str, Spec, Mapping, NoneType)):
            chosen = adapted(kind, chosen)
        if isinstance(chosen, Implementation):
            if not isinstance(chosen, KINDS[kind].base):
                own = kind_of_class(type(chosen))
                what = f"{own.article} {own.name}" if own else "of no kind"
                raise AssemblyError(
                    f"{type(chosen).__name__} is {what}, but {KINDS[kind].article} {kind} is needed in its place"
                )
            implementation, entry = chosen, self.entry_of(chosen)
            name = f"{UNREGISTERED}/{own_name(chosen)}" if entry is None else self.name_of(entry)
        else:
            entry = self._default(kind) if chosen is None else self.find(kind, Spec.of(chosen).name)
            spec = Spec(self.name_of(entry)) if chosen is None else Spec.of(chosen)
            name, implementation = spec.name, self.create(kind, spec)
        module = "your program" if is_adapter(implementation) else type(implementation).__module__
        owner = module if entry is None else entry.plugin.distribution
        return Part(
            implementation,
            name.rpartition("/")[2],
            Spec(name, unstructure(implementation)),
            f"{kind} '{name}' of {owner}",
        )

    def _default(self, kind: str) -> Entry:
        entry = self.default(kind)
        if entry is None:
            message = f"no {kind} was named, and {self.why_without(kind)} to use by default"
            raise UnknownComponentError(message, kind=kind, name="", known=self.names(kind))
        return entry

    def check(self, recipe: Recipe) -> None:
        """Checks that every component that a recipe names exists and accepts the parameters given to it.

        Raises:
            UnknownComponentError, AmbiguousComponentError, SpecError, PluginError: see `create`.
        """
        for kind, spec in self.named_components(recipe):
            self.create(kind, spec)

    def named_components(self, recipe: Recipe) -> list[tuple[str, Spec]]:
        """The kind and the spec of every component that a recipe names, with the regularizers in order.

        Raises:
            UnknownComponentError, AmbiguousComponentError, PluginError: the recipe's game cannot be loaded.
        """
        named: list[tuple[str, Spec | None]] = [
            (kind, recipe.role(role)) for role, kind in self.roles(recipe.game).items()
        ]
        named += [("loss", recipe.loss), *(("regularizer", spec) for spec in recipe.regularizers)]
        named += [("game", recipe.game), ("dataset", recipe.dataset)]
        return [(kind, spec) for kind, spec in named if spec is not None]

    def game_class(self, game: Any) -> type[Game]:
        """The class of a game.

        Args:
            game: a spec, spec text or an implementation; `None` and `"none"` stand for the usual game.

        Raises:
            UnknownComponentError, AmbiguousComponentError, PluginError: the game cannot be loaded.
        """
        if game is None or game == "none":
            return Game
        if isinstance(game, Game):
            return type(game)
        cls: Any = self.implementation("game", Spec.of(game).name)
        return cast("type[Game]", cls)

    def roles(self, game: Any) -> Mapping[str, str]:
        """The kind of component that fills each role of a game; see `game_class`."""
        return self.game_class(game).roles

    def kinds_with(self, name: str) -> list[str]:
        """The kinds of implementations among which there is a component of a given bare or qualified name."""
        return [
            kind
            for kind in IMPLEMENTED
            if any(name in (entry.name, entry.qualified_name) for entry in self._entries[kind].get(_bare(name), ()))
        ]

    def games_with(self, role: str, kind: str | None = None) -> list[str]:
        """The names of the games that have a role, except those that cannot be loaded.

        Args:
            role: such as `"encoder"`.
            kind: the kind of component that fills the role, such as `"translator"`. Defaults to any kind.
        """
        names = []
        for entry in self.entries("game"):
            try:
                found = self.roles(entry.qualified_name).get(role)
            except PluginError:
                continue
            if found is not None and kind in (None, found):
                names.append(self.name_of(entry))
        return names

    def default(self, kind: str) -> Entry | None:
        """The component of a kind that its plugin declares to be used where none is named; `None` where none does.

        Raises:
            AmbiguousComponentError: several components declare it.
        """
        entries = [entry for entry in self.entries(kind) if entry.component.default]
        if len(entries) > 1:
            names = " and ".join(f"'{entry.qualified_name}'" for entry in entries)
            raise AmbiguousComponentError(f"more than one {kind} is declared the default: {names}; name the one to use")
        return entries[0] if entries else None

    def remedies(self, problem: str) -> list[Entry]:
        """The components that declare themselves to remedy a problem, by kind and in the order that plugins list them.

        Args:
            problem: such as `"mode-collapse"`; see `Component.remedies`.
        """
        return [
            Entry(kind, component, plugin)
            for kind in IMPLEMENTED
            for plugin in self.plugins
            for component in plugin.offers.get(kind, ())
            if problem in component.remedies
        ]

    def why_without(self, kind: str | None = None) -> str:
        """Explains why there are no components of a kind, or none at all."""
        if self.plugins and all(plugin.status == "disabled" for plugin in self.plugins):
            return "all plugins are switched off, by --no-plugins or GANREG_DISABLE"
        return f"no installed plugin offers {'a component' if kind is None else f'{KINDS[kind].article} {kind}'}"

    def entry_of(self, implementation: Implementation) -> Entry | None:
        """The entry of an implementation's class, or `None` for a class that no plugin offers."""
        return self.entry_of_class(type(implementation))

    def entry_of_class(self, wanted: type) -> Entry | None:
        """The entry that offers a class, or `None` if no plugin does."""
        base = getattr(wanted, "kind_base", None)
        entries = [entry for kind in IMPLEMENTED.values() if kind.base is base for entry in self.entries(kind.name)]
        return next((entry for entry in entries if _names_class(entry.component, wanted)), None)

    def recipe(self, name: str) -> Any:
        """The recipe of a given name.

        Raises:
            UnknownComponentError, AmbiguousComponentError: no recipe, or more than one, has that name.
        """
        return self.find("recipe", name).component

    def _of_kind(self, kind: str) -> dict[str, list[Entry]]:
        if kind not in self._entries:
            message = f"there is no kind '{kind}'; {did_you_mean(kind, KINDS)}"
            raise UnknownComponentError(message, kind=kind, name="", known=tuple(KINDS))
        return self._entries[kind]

    def _unknown(self, kind: str, name: str) -> UnknownComponentError:
        known = self.names(kind)
        sources = sorted({entry.plugin.distribution for entry in self.entries(kind)})
        where = f"{KINDS[kind].plural} come from {', '.join(sources)}" if sources else self.why_without(kind)
        failed = [plugin for plugin in self.plugins if plugin.status == "failed"]
        broken = f"; failed to load: {', '.join(plugin.distribution for plugin in failed)}" if failed else ""
        message = f"unknown {kind} '{name}'; {did_you_mean(name, known)} ({where}{broken})"
        if others := [KINDS[other] for other in self.kinds_with(name)]:
            what, needed = (f"{one.article} {one.name}" for one in (others[0], KINDS[kind]))
            choices = f"choose from {', '.join(known)}" if known else self.why_without(kind)
            message = f"'{name}' is {what}, but {needed} is needed in its place; {choices} (see `ganreg list {kind}`)"
        return UnknownComponentError(message, kind=kind, name=name, known=known)


def _bare(name: str) -> str:
    return name.rpartition("/")[2]


def _names_class(component: Component, wanted: type) -> bool:
    implementation = component.implementation
    if isinstance(implementation, type):
        return implementation is wanted
    module, _, name = implementation.partition(":")
    if name.rpartition(".")[2] != wanted.__name__:
        return False
    try:
        return _imported(module, name) is wanted
    except Exception:  # noqa: BLE001 - a component that cannot be imported is not the one that is searched for
        return False


def _imported(module: str, name: str) -> Any:
    return functools.reduce(getattr, name.split("."), importlib.import_module(module))


def _load_implementation(entry: Entry) -> type[Implementation]:
    where = f"{entry.kind} '{entry.name}' of {entry.plugin.distribution}"
    implementation = entry.component.implementation
    if isinstance(implementation, str):
        try:
            implementation = _imported(*implementation.split(":"))
        except (Exception, SystemExit) as error:
            raise PluginError(f"{where} cannot be loaded: {described(error)}") from error
    base = KINDS[entry.kind].base
    if not (isinstance(implementation, type) and issubclass(implementation, base)):
        raise PluginError(f"{where} cannot be loaded: {implementation!r} is not a subclass of ganreg.{base.__name__}")
    return implementation


def build_registry(
    entry_points: Iterable[EntryPoint] | None = None,
    *,
    disabled: frozenset[str] | None = None,
    strict: bool | None = None,
) -> Registry:
    """Builds a registry that is independent of the shared one.

    Args:
        entry_points: the plugins to load. Defaults to the installed ones and the files that `GANREG_PLUGIN` names.
        disabled: names of entry points or distributions to leave out. Defaults to those in `GANREG_DISABLE`.
        strict: whether a plugin that fails raises. Defaults to `GANREG_STRICT`.

    Raises:
        PluginError: a plugin failed and `strict` is set.
    """
    host = PluginHost(
        [*installed_entry_points(), *entry_points_of_environment()] if entry_points is None else entry_points,
        disabled=disabled_by_environment() if disabled is None else disabled,
        strict=strict_by_environment() if strict is None else strict,
    )
    return Registry(host)


@functools.cache
def registry() -> Registry:
    """The registry of the installed plugins, built once per process; does not import TensorFlow.

    It also holds what the program registers.
    """
    return build_registry()


Value = bool | int | float | str | Path | Sequence[Any] | Mapping[str, Any] | None
"""The value of a hyperparameter."""


@overload
def create(kind: Literal["generator"], spec: str | Spec, /, **parameters: Value) -> Generator: ...
@overload
def create(kind: Literal["translator"], spec: str | Spec, /, **parameters: Value) -> Translator: ...
@overload
def create(kind: Literal["discriminator"], spec: str | Spec, /, **parameters: Value) -> Discriminator: ...
@overload
def create(kind: Literal["loss"], spec: str | Spec, /, **parameters: Value) -> Loss: ...
@overload
def create(kind: Literal["regularizer"], spec: str | Spec, /, **parameters: Value) -> Regularizer: ...
@overload
def create(kind: Literal["game"], spec: str | Spec, /, **parameters: Value) -> Game: ...
@overload
def create(kind: Literal["dataset"], spec: str | Spec, /, **parameters: Value) -> Dataset: ...
@overload
def create(kind: Literal["metric"], spec: str | Spec, /, **parameters: Value) -> Metric: ...
@overload
def create(kind: Literal["extractor"], spec: str | Spec, /, **parameters: Value) -> Extractor: ...


def create(kind: str, spec: str | Spec, /, **parameters: Value) -> Any:
    """Creates a component by name: `ganreg.create("loss", "hinge")`. See `Registry.create`."""
    return registry().create(kind, spec, **parameters)
