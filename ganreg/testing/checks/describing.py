"""Checks of what a component says of itself: its record, its class, its methods."""

from __future__ import annotations

import difflib
import types

import attrs

from ganreg.contract.implementation import Implementation
from ganreg.contract.kinds import KINDS
from ganreg.contract.parameters import is_kebab_case
from ganreg.contract.structuring import fields_of
from ganreg.testing.check import EVERY_KIND, IMPLEMENTED, check
from ganreg.testing.failures import CheckFailure, NotApplicableError, require
from ganreg.testing.subject import Subject

LONGEST_SUMMARY = 100
_RESEMBLANCE = 0.85
_METHODS = (types.FunctionType, staticmethod, classmethod)
_FIELD = type(attrs.field())


@check(*IMPLEMENTED, proves="its class can be imported and made, with its defaults or as it was configured")
def can_be_made(subject: Subject) -> None:
    """Loads the class and makes an instance; what goes wrong is told as it was raised."""
    base = KINDS[subject.kind].base
    implementation = subject.load()
    require(issubclass(implementation, base), f"{implementation!r} is no subclass of ganreg.{base.__name__}")
    require(isinstance(subject.make(), base), f"what it makes is no ganreg.{base.__name__}")


@check(*EVERY_KIND, proves="its name is kebab-case, and its summary one line")
def record_describes_it(subject: Subject) -> None:
    """Looks at the `Component` or the `Recipe` that a hook returned."""
    record = subject.record
    if record is None:
        raise NotApplicableError("it was given as a class, without the Component that a hook would return")
    summary = record.summary
    require(is_kebab_case(record.name), f"its name {record.name!r} is not kebab-case")
    require(summary.strip(), "it has no summary for listings")
    require("\n" not in summary, f"its summary has more than one line: {summary!r}")
    require(
        len(summary) <= LONGEST_SUMMARY,
        f"its summary has {len(summary)} characters, and a line of a listing {LONGEST_SUMMARY}",
    )
    require("\n" not in record.paper, f"its paper has more than one line: {record.paper!r}")


@check(*IMPLEMENTED, proves="its class and each of its fields explain themselves")
def explains_itself(subject: Subject) -> None:
    """Looks for the class's own docstring and for each field's help text, which `ganreg show` prints."""
    implementation = subject.implementation
    require((vars(implementation).get("__doc__") or "").strip(), f"{implementation.__name__} has no docstring")
    for field in fields_of(implementation):
        help_text = field.metadata.get("help", "")
        require(help_text.strip(), f"field '{field.name}' has no help text; declare it with ganreg.parameter")
        require("\n" not in help_text, f"the help text of field '{field.name}' has more than one line")


@check(*IMPLEMENTED, proves="each of its fields has a default, so that its name alone is a spec")
def has_defaults(subject: Subject) -> None:
    """Looks at each field that a user can set."""
    for field in fields_of(subject.implementation):
        require(field.default is not attrs.NOTHING, f"field '{field.name}' has no default")


@check(*IMPLEMENTED, proves="it cannot be changed once it is made")
def is_frozen(subject: Subject) -> None:
    """Looks for `@attrs.frozen(kw_only=True)`: a component is configuration, and its state the engine's."""
    implementation = subject.implementation
    # A base class that is decorated makes `attrs.has` true; fields that nothing has turned into attributes do not lie.
    undecorated = [name for name, value in vars(implementation).items() if isinstance(value, _FIELD)]
    decorated = attrs.has(implementation) and not undecorated
    require(decorated, f"{implementation.__name__} is not decorated with @attrs.frozen(kw_only=True)")
    for name in [field.name for field in fields_of(implementation)]:
        try:
            setattr(subject.instance, name, getattr(subject.instance, name))
        except attrs.exceptions.FrozenInstanceError:
            continue
        raise CheckFailure(f"its field '{name}' can be changed; decorate it with @attrs.frozen(kw_only=True)")


@check(*IMPLEMENTED, proves="it overrides a method of its kind, and none of its methods is a misspelt one")
def overrides_its_kind(subject: Subject) -> None:
    """Compares its methods with those of the kind's base class; a misspelt one would silently never be called."""
    base = KINDS[subject.kind].base
    known = _methods(base) | _methods(Implementation)
    own: set[str] = set()
    for ancestor in subject.implementation.__mro__:
        if ancestor not in base.__mro__:
            own |= _methods(ancestor)
    for name in sorted(own - known):
        near = difflib.get_close_matches(name, known, n=1, cutoff=_RESEMBLANCE)
        if near and near[0] not in own:
            raise CheckFailure(f"its method '{name}' is never called; is '{near[0]}' meant?")
    require(own & known, f"it overrides no method of ganreg.{base.__name__}, so it does nothing")


def _methods(base: type) -> set[str]:
    return {name for name, value in vars(base).items() if isinstance(value, _METHODS) and not name.startswith("_")}
