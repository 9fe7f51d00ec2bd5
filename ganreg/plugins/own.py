"""Components that a program registers while it runs: notebooks and single files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, overload

from ganreg.adapters.adapting import NETWORKS, implementation_class, is_model
from ganreg.adapters.functions import is_penalty
from ganreg.contract.components import Component
from ganreg.contract.implementation import Implementation
from ganreg.contract.kinds import IMPLEMENTED, kind_of_class
from ganreg.contract.recipes import Recipe
from ganreg.errors import SpecError, did_you_mean
from ganreg.plugins.collecting import collected
from ganreg.plugins.registry import registry

Registered = TypeVar("Registered")

_RESOLVED = "__attrs_types_resolved__"
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")


@overload
def register(component: Registered, /) -> Registered: ...


@overload
def register(
    component: Registered, /, *, name: str | None = None, kind: str | None = None, summary: str = "", paper: str = ""
) -> Registered: ...


@overload
def register(
    *, name: str | None = None, kind: str | None = None, summary: str = "", paper: str = ""
) -> Callable[[Registered], Registered]: ...


def register(
    component: Any = None, /, *, name: str | None = None, kind: str | None = None, summary: str = "", paper: str = ""
) -> Any:
    """Gives a component of a notebook or a single file a name, as a plugin would.

    The name then works wherever names work: in `assemble`, specs, recipes, `compare`, and in the run folders of this
    program. Registering a name again replaces the component, so that a cell can run twice.

    Args:
        component: a class of components, a `Component`, a `Recipe`, a Keras model, a function that builds one, a pair
            of functions for a loss, or a function of the step for a regularizer. Each GAN gets a copy of a registered
            model, initialised from its own seed.
        name: kebab-case. Defaults to the name of the class, the model or the function: `my-loss` for `MyLoss`.
        kind: such as `"generator"`; needed where the object does not say, as for models and functions.
        summary: one line for listings. Defaults to the first line of the docstring.
        paper: where the component comes from.

    Returns:
        What was given, so that this works as a decorator: `@ganreg.register` or `@ganreg.register(name="mine")`.

    Raises:
        SpecError: the kind is not known, or the name is not kebab-case.
        AssemblyError: the object cannot be a component of this kind.
    """

    def decorate(decorated: Any) -> Any:
        found, record = _record(decorated, name, kind, summary, paper)
        caught = collected()
        if caught is not None:
            caught.setdefault(found, []).append(record)
        else:
            registry().register(found, record)
        return decorated

    return decorate if component is None else decorate(component)


def _record(value: Any, name: str | None, kind: str | None, summary: str, paper: str) -> tuple[str, Any]:
    """The kind and the record of what is registered."""
    if kind is not None and kind not in IMPLEMENTED:
        raise SpecError(f"there is no kind '{kind}' of component; {did_you_mean(kind, IMPLEMENTED)}")
    if isinstance(value, Recipe):
        return "recipe", value
    if isinstance(value, Component):
        implementation: Any = value.implementation
        return _kind_of(implementation, kind, f"the component '{value.name}'"), value
    if isinstance(value, type) and issubclass(value, Implementation):
        implementation, called = value, value.__name__
        kind = _kind_of(value, kind, called)
    else:
        called = str(getattr(value, "name", "") if is_model(value) else getattr(value, "__name__", ""))
        kind = kind or _kind_by_form(value)
        implementation = implementation_class(kind, value, pattern=True)
        called = called or str(implementation.own_name)
    summary = summary or (implementation.__doc__ or "").strip().partition("\n")[0]
    return kind, Component(name or _kebab_case(called), implementation, summary, paper=paper)


def _kind_of(implementation: Any, given: str | None, what: str) -> str:
    found = kind_of_class(implementation) if isinstance(implementation, type) else None
    if given is None and found is None:
        raise SpecError(f"{what} does not say of which kind it is; pass kind=, such as kind='loss'")
    if given is not None and found is not None and given != found.name:
        raise SpecError(f"{what} is {found.article} {found.name}, not of the kind '{given}'")
    return given or found.name  # type: ignore[union-attr]


def _kind_by_form(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return "loss"
    if is_penalty(value):
        return "regularizer"
    kinds = [f"'{kind}'" for kind in (NETWORKS if is_model(value) else (*NETWORKS, "regularizer"))]
    what = f"a {type(value).__name__} can be of several kinds"
    raise SpecError(f"{what}; pass kind={', '.join(kinds[:-1])} or {kinds[-1]}")


def _kebab_case(name: str) -> str:
    return "-".join(word.lower() for word in _WORDS.split(name) if word)


def names_of(kind: str, values: Sequence[Any]) -> list[str]:
    """The names of components, of which those that are objects of the reader's own are registered.

    Args:
        kind: the kind of the components.
        values: spec texts and objects that `register` takes.
    """
    names = []
    for value in values:
        if not isinstance(value, str):
            _, record = _record(value, None, kind, "", "")
            registry().register(kind, record)
        names.append(value if isinstance(value, str) else record.name)
    return names


def registered() -> list[tuple[str, Any]]:
    """The kind and the record of each component that this program has registered."""
    own = registry().registered
    return [] if own is None else [(kind, item) for kind, items in own.offers.items() for item in items]


def register_again(records: Sequence[tuple[str, Any]]) -> None:
    """Registers what another process has registered."""
    for kind, record in records:
        implementation = getattr(record, "implementation", None)
        if isinstance(implementation, type) and _RESOLVED in vars(implementation):
            delattr(implementation, _RESOLVED)  # attrs takes it along, but not the types that it stands for
        registry().register(kind, record)
