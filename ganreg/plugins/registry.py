"""Looking components up by kind and name, across all plugins."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from ganreg.contract.components import Component
from ganreg.contract.implementation import Implementation
from ganreg.contract.kinds import IMPLEMENTED, KINDS, kind_of_class
from ganreg.contract.recipes import Recipe
from ganreg.contract.specs import Spec
from ganreg.errors import AmbiguousComponentError, PluginError, SpecError, UnknownComponentError, did_you_mean
from ganreg.plugins.host import Plugin, PluginHost, disabled_by_environment, strict_by_environment
from ganreg.plugins.installed import EntryPoint, installed_entry_points, normalized


@attrs.frozen
class Entry:
    """A component in the registry: what it is, and which plugin offers it.

    Attributes:
        kind: one of `ganreg.contract.components.KINDS`.
        component: the `Component`, or for the kind `recipe` the `Recipe`.
        plugin: who offers it.
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
        """Where it comes from, or an empty string."""
        return str(self.component.paper)


class Registry:
    """Everything that the loaded plugins offer.

    Args:
        host: the loaded plugins.
    """

    def __init__(self, host: PluginHost) -> None:
        self.host = host
        self._entries: dict[str, dict[str, list[Entry]]] = {kind: {} for kind in KINDS}
        for plugin in host.plugins:
            for kind, components in plugin.offers.items():
                for component in components:
                    entry = Entry(kind, component, plugin)
                    self._entries[kind].setdefault(entry.name, []).append(entry)

    @property
    def plugins(self) -> Sequence[Plugin]:
        """Every plugin that was found: loaded, failed or disabled."""
        return self.host.plugins

    def names(self, kind: str) -> list[str]:
        """The names of a kind, sorted; those that two distributions claim are qualified.

        Raises:
            UnknownComponentError: there is no such kind.
        """
        return sorted(self.name_of(entry) for entry in self.entries(kind))

    def name_of(self, entry: Entry) -> str:
        """The shortest name that finds the entry: the bare one, or the qualified one where two claim that."""
        return entry.name if len(self._of_kind(entry.kind)[entry.name]) == 1 else entry.qualified_name

    def entries(self, kind: str | None = None) -> list[Entry]:
        """The entries of one kind, or of all kinds in their order, sorted by name."""
        kinds = tuple(KINDS) if kind is None else (kind,)
        return [entry for kind in kinds for _, entries in sorted(self._of_kind(kind).items()) for entry in entries]

    def find(self, kind: str, name: str) -> Entry:
        """Finds one entry by its bare or qualified name.

        Raises:
            UnknownComponentError: none has that name; the message lists the nearest.
            AmbiguousComponentError: two distributions claim it.
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
            PluginError: it cannot be imported, or is no subclass of the kind's base class; the message names the
                component, its distribution and the reason.
        """
        entry = self.find(kind, name)
        if kind not in IMPLEMENTED:
            raise SpecError(f"a {kind} has no implementation class; '{name}' is a whole combination")
        return _load_implementation(entry)

    def create(self, kind: str, spec: str | Spec, /, **parameters: Any) -> Any:
        """Makes an implementation from spec text and further hyperparameters.

        Args:
            kind: such as `"loss"`.
            spec: a name, or a name with hyperparameters: `"wgan-gp:weight=5"`.
            **parameters: hyperparameters by name; they override those in the text.

        Raises:
            UnknownComponentError, AmbiguousComponentError: the name leads nowhere, or to two.
            SpecError: a hyperparameter is unknown, of the wrong type, or out of bounds.
            PluginError: the implementation cannot be loaded.
        """
        from ganreg.contract.structuring import structure

        spec = Spec.of(spec)
        cls = self.implementation(kind, spec.name)
        return structure(cls, {**spec.parameters, **parameters}, where=f"{kind} '{spec.name}'")

    def check(self, recipe: Recipe) -> None:
        """Raises where a component that a recipe names is not there, or is given a parameter that it has not.

        Raises:
            UnknownComponentError, AmbiguousComponentError, SpecError, PluginError: as `create`.
        """
        for kind, spec in recipe.named_components():
            self.create(kind, spec)

    def why_without(self, kind: str | None = None) -> str:
        """Why there are no components of a kind, or none at all."""
        if self.plugins and all(plugin.status == "disabled" for plugin in self.plugins):
            return "all plugins are switched off, by --no-plugins or GANREG_DISABLE"
        return f"no installed plugin offers {'a component' if kind is None else f'{KINDS[kind].article} {kind}'}"

    def entry_of(self, implementation: Implementation) -> Entry | None:
        """The entry that offers an implementation's class, or `None` for a class that no plugin offers."""
        return self.entry_of_class(type(implementation))

    def entry_of_class(self, wanted: type) -> Entry | None:
        """The entry that offers a class, or `None` where no plugin does."""
        kind = kind_of_class(wanted)
        entries = () if kind is None else self.entries(kind.name)
        return next((entry for entry in entries if _names_class(entry.component, wanted)), None)

    def recipe(self, name: str) -> Any:
        """The recipe of that name.

        Raises:
            UnknownComponentError, AmbiguousComponentError: the name leads nowhere, or to two.
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
        return UnknownComponentError(message, kind=kind, name=name, known=known)


def _names_class(component: Component, wanted: type) -> bool:
    implementation = component.implementation
    if isinstance(implementation, type):
        return implementation is wanted
    module, _, name = implementation.partition(":")
    if name.rpartition(".")[2] != wanted.__name__:
        return False
    try:
        return _imported(module, name) is wanted
    except Exception:  # noqa: BLE001 - a component that cannot be imported is not the one that was asked about
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
            reason = " ".join(str(error).split())
            raise PluginError(f"{where} cannot be loaded: {type(error).__name__}: {reason}") from error
    base = KINDS[entry.kind].base
    if not (isinstance(implementation, type) and issubclass(implementation, base)):
        raise PluginError(f"{where} cannot be loaded: {implementation!r} is no subclass of ganreg.{base.__name__}")
    return implementation


def build_registry(
    entry_points: Iterable[EntryPoint] | None = None,
    *,
    disabled: frozenset[str] | None = None,
    strict: bool | None = None,
) -> Registry:
    """Makes a registry of its own.

    Args:
        entry_points: the plugins to load; the installed ones unless given.
        disabled: names of entry points or distributions to leave out; `GANREG_DISABLE` unless given.
        strict: whether a plugin that fails raises; `GANREG_STRICT` unless given.

    Raises:
        PluginError: `strict`, and a plugin failed.
    """
    host = PluginHost(
        installed_entry_points() if entry_points is None else entry_points,
        disabled=disabled_by_environment() if disabled is None else disabled,
        strict=strict_by_environment() if strict is None else strict,
    )
    return Registry(host)


@functools.cache
def registry() -> Registry:
    """The registry of the installed plugins, made once a process; imports no TensorFlow."""
    return build_registry()


def create(kind: str, spec: str | Spec, /, **parameters: Any) -> Any:
    """Makes an implementation by name: `ganreg.create("loss", "hinge")`. See `Registry.create`."""
    return registry().create(kind, spec, **parameters)
