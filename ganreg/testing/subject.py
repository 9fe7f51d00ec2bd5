"""The subject of checks: one component, given in any of several ways."""

from __future__ import annotations

import functools
import pkgutil
from collections.abc import Callable
from typing import Any

import attrs

from ganreg.contract.components import Component
from ganreg.contract.implementation import Implementation
from ganreg.contract.kinds import IMPLEMENTED, KINDS, kind_of_class
from ganreg.contract.recipes import Recipe
from ganreg.contract.specs import Spec
from ganreg.errors import (
    AmbiguousComponentError,
    GanregError,
    PluginError,
    SpecError,
    UnknownComponentError,
    did_you_mean,
)
from ganreg.plugins.registry import Entry, Registry, registry
from ganreg.testing.failures import NotApplicableError


@attrs.define(eq=False, slots=False, kw_only=True)
class Subject:
    """One component and the objects that several checks need, each created on first use.

    Attributes:
        kind: one of `ganreg.contract.kinds.KINDS`.
        name: the name for reports.
        record: the `Component` or `Recipe` of its plugin; `None` for a bare class.
        entry: its entry in the registry, or `None` if no plugin offers it.
        load: returns its class.
        make: returns an instance as it was configured.
        kept: objects that checks have created from it, for other checks to reuse.
    """

    kind: str
    name: str
    record: Component | Recipe | None = None
    entry: Entry | None = None
    load: Callable[[], type]
    make: Callable[[], Any]
    kept: dict[str, Any] = attrs.field(factory=dict, init=False, repr=False)

    @functools.cached_property
    def implementation(self) -> type:
        """Its class.

        Raises:
            NotApplicableError: it cannot be loaded, which another check reports.
        """
        try:
            return self.load()
        except GanregError as error:
            raise NotApplicableError(f"cannot be loaded: {error}") from error

    @functools.cached_property
    def instance(self) -> Any:
        """The component as it was configured.

        Raises:
            NotApplicableError: it cannot be created, which another check reports.
        """
        try:
            return self.make()
        except Exception as error:
            raise NotApplicableError(f"cannot be created: {' '.join(str(error).split())}") from error


def subject_of(component: Any, name: str | None = None, *, known: Registry | None = None) -> Subject:
    """Creates the subject for a component.

    Args:
        component: a `Component` record, an implementation's class or instance, an `Entry` of the registry, a `Recipe`,
            a pair of a kind and a name, or spec text if no two kinds have that name; or the kind, if `name` is given.
        name: a name or spec text.
        known: the registry in which names are looked up. Defaults to the shared one.

    Raises:
        GanregError: no component, or more than one, has that name.
    """
    known = known or registry()
    if isinstance(component, Subject):
        return component
    if name is not None:
        component = (component, name)
    elif isinstance(component, str):
        component = (_kind_of_name(component, known), component)
    elif isinstance(component, Entry):
        component = (component.kind, component.qualified_name)
    if isinstance(component, tuple) and len(component) == 2:
        return _named(str(component[0]), Spec.of(component[1]), known)
    if isinstance(component, Recipe):
        return _of_recipe(component, _entry_of_recipe(component, known))
    if isinstance(component, Component):
        return _of_record(component, known)
    if isinstance(component, Implementation):
        return _of_class(type(component), lambda: component, known)
    if isinstance(component, type):
        return _of_class(component, component, known)
    raise SpecError(f"expected a component, its class, or its kind and name, got {component!r}")


def _kind_of_name(text: str, known: Registry) -> str:
    name = Spec.parse(text).name
    bare = name.rpartition("/")[2]
    kinds = [kind for kind in KINDS if any(entry.name == bare for entry in known.entries(kind))]
    if not kinds:
        every = sorted({entry.name for entry in known.entries()})
        raise UnknownComponentError(
            f"there is no component '{name}'; {did_you_mean(name, every)}", kind="", name=name, known=every
        )
    if len(kinds) > 1:
        *others, last = (KINDS[kind].plural for kind in kinds)
        found = f"{', '.join(others)} and {last}"
        message = f"there are {found} called '{name}'; give the kind too, as ('{kinds[0]}', '{name}')"
        raise AmbiguousComponentError(message)
    return kinds[0]


def _named(kind: str, spec: Spec, known: Registry) -> Subject:
    entry = known.find(kind, spec.name)
    if kind == "recipe":
        return _of_recipe(entry.component, entry)
    shown = attrs.evolve(spec, name=known.name_of(entry))
    return Subject(
        kind=kind,
        name=str(shown),
        record=entry.component,
        entry=entry,
        load=lambda: known.implementation(kind, entry.qualified_name),
        make=lambda: known.create(kind, attrs.evolve(spec, name=entry.qualified_name)),
    )


def _of_recipe(recipe: Recipe, entry: Entry | None) -> Subject:
    return Subject(
        kind="recipe", name=recipe.name, record=recipe, entry=entry, load=lambda: Recipe, make=lambda: recipe
    )


def _entry_of_recipe(recipe: Recipe, known: Registry) -> Entry | None:
    return next((entry for entry in known.entries("recipe") if entry.component is recipe), None)


def _of_record(record: Component, known: Registry) -> Subject:
    """A record has a kind only through its class, so an unregistered one is loaded at once."""
    for kind in IMPLEMENTED:
        for entry in known.entries(kind):
            if entry.component == record:
                return _named(kind, Spec(entry.qualified_name), known)
    implementation = _loaded(record)
    return attrs.evolve(_of_class(implementation, implementation, known), name=record.name, record=record)


def _loaded(record: Component) -> type:
    if isinstance(record.implementation, type):
        return record.implementation
    try:
        found: Any = pkgutil.resolve_name(record.implementation)
    except (Exception, SystemExit) as error:
        raise PluginError(f"component '{record.name}' cannot be loaded: {type(error).__name__}: {error}") from error
    if not isinstance(found, type):
        raise PluginError(f"component '{record.name}' names {found!r}, which is not a class")
    return found


def _of_class(implementation: type, make: Callable[[], Any], known: Registry) -> Subject:
    kind = kind_of_class(implementation)
    if kind is None:
        raise SpecError(f"{implementation.__name__} has no kind: it must be a subclass of ganreg.Loss or the like")
    entry = known.entry_of_class(implementation)
    return Subject(
        kind=kind.name,
        name=implementation.__name__ if entry is None else known.name_of(entry),
        record=None if entry is None else entry.component,
        entry=entry,
        load=lambda: implementation,
        make=make,
    )
