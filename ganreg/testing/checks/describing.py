"""Checks of a component's description: its record, its class and its methods."""

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


@check(*IMPLEMENTED, proves="its class can be imported and instantiated, with its defaults or as configured")
def can_be_made(subject: Subject) -> None:
    """Loads the class and creates an instance; exceptions are reported as they are."""
    base = KINDS[subject.kind].base
    implementation = subject.load()
    require(issubclass(implementation, base), f"{implementation!r} is not a subclass of ganreg.{base.__name__}")
    require(isinstance(subject.make(), base), f"its instance is not a ganreg.{base.__name__}")


@check(*EVERY_KIND, proves="its name is kebab-case, and its summary one line")
def record_describes_it(subject: Subject) -> None:
    """Checks the `Component` or the `Recipe` that a hook returned."""
    record = subject.record
    if record is None:
        raise NotApplicableError("it was given as a class, without the Component that a hook returns")
    summary = record.summary
    require(is_kebab_case(record.name), f"its name {record.name!r} is not kebab-case")
    require(summary.strip(), "it has no summary for listings")
    require("\n" not in summary, f"its summary has more than one line: {summary!r}")
    require(
        len(summary) <= LONGEST_SUMMARY,
        f"its summary has {len(summary)} characters, and at most {LONGEST_SUMMARY} fit into a listing",
    )
    require("\n" not in record.paper, f"its paper has more than one line: {record.paper!r}")


@check(*IMPLEMENTED, proves="its class has a docstring, and each of its fields a help text")
def explains_itself(subject: Subject) -> None:
    """Checks the docstring of the class itself and the help text of each field, which `ganreg show` prints."""
    implementation = subject.implementation
    require((vars(implementation).get("__doc__") or "").strip(), f"{implementation.__name__} has no docstring")
    for field in fields_of(implementation):
        help_text = field.metadata.get("help", "")
        require(help_text.strip(), f"field '{field.name}' has no help text; declare it with ganreg.parameter")
        require("\n" not in help_text, f"the help text of field '{field.name}' has more than one line")


@check(*IMPLEMENTED, proves="each of its fields has a default, so that its name alone is a spec")
def has_defaults(subject: Subject) -> None:
    """Checks each field that a user can set."""
    for field in fields_of(subject.implementation):
        require(field.default is not attrs.NOTHING, f"field '{field.name}' has no default")


@check(*IMPLEMENTED, proves="it cannot be changed after it is created")
def is_frozen(subject: Subject) -> None:
    """Checks for `@attrs.frozen(kw_only=True)`: a component is configuration, and the engine holds its state."""
    implementation = subject.implementation
    # A decorated base class makes `attrs.has` true, so undecorated classes are found by their unprocessed fields.
    undecorated = [name for name, value in vars(implementation).items() if isinstance(value, _FIELD)]
    decorated = attrs.has(implementation) and not undecorated
    require(decorated, f"{implementation.__name__} is not decorated with @attrs.frozen(kw_only=True)")
    for name in [field.name for field in fields_of(implementation)]:
        try:
            setattr(subject.instance, name, getattr(subject.instance, name))
        except attrs.exceptions.FrozenInstanceError:
            continue
        raise CheckFailure(f"its field '{name}' can be changed; decorate it with @attrs.frozen(kw_only=True)")


@check(*IMPLEMENTED, proves="it overrides a method of its kind, and no method name is misspelt")
def overrides_its_kind(subject: Subject) -> None:
    """Compares its methods with those of the kind's base class; a misspelt method would never be called."""
    base = KINDS[subject.kind].base
    known = _methods(base) | _methods(Implementation)
    own: set[str] = set()
    for ancestor in subject.implementation.__mro__:
        if ancestor not in base.__mro__:
            own |= _methods(ancestor)
    for name in sorted(own - known):
        near = difflib.get_close_matches(name, known, n=1, cutoff=_RESEMBLANCE)
        if near and near[0] not in own:
            raise CheckFailure(f"its method '{name}' is never called; did you mean '{near[0]}'?")
    require(own & known, f"it overrides no method of ganreg.{base.__name__}, so it has no effect")


def _methods(base: type) -> set[str]:
    return {name for name, value in vars(base).items() if isinstance(value, _METHODS) and not name.startswith("_")}
