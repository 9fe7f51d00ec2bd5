"""Declaring hyperparameters and naming components."""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Callable, Sequence
from typing import Any, get_args

import attrs

from ganreg.contract.ranges import SEARCH, as_search
from ganreg.errors import GanregError, SpecError

_KEBAB_CASE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def is_kebab_case(name: object) -> bool:
    """Whether `name` is kebab-case: lower-case letters and digits, words joined by single hyphens, as in `wgan-gp`."""
    return isinstance(name, str) and _KEBAB_CASE.fullmatch(name) is not None


def parameter(default: Any, help: str, *validator: Callable[..., Any], search: Any = None, **options: Any) -> Any:
    """Declares a hyperparameter of an implementation: an `attrs.field` with a help text.

    Args:
        default: the default value.
        help: one line that explains the hyperparameter, with its unit. A field of the type `int` or `float` takes only
            such numbers, and no infinite ones.
        *validator: attrs validators that the value must pass, such as `attrs.validators.ge(0)`.
        search: what `ganreg search` tries: a range `(low, high)`, or `(low, high, "log")` to draw evenly by the
            logarithm, or a list of alternatives. Defaults to no search: the value stays as it is.
        **options: further options of `attrs.field`.

    Raises:
        SpecError: `search` has another form, or holds a value that a validator refuses.

    >>> @attrs.frozen(kw_only=True)
    ... class Scaled(Loss):
    ...     scale: float = parameter(1.0, "multiplies the logits", validators.gt(0))
    >>> Scaled().scale
    1.0
    """
    metadata: dict[str, Any] = {"help": help}
    if search is not None:
        metadata[SEARCH] = as_search(search, validator)
    return attrs.field(default=default, validator=_Checks(validator), metadata=metadata, **options)


_LARGEST = 2**63 - 1
"""The largest whole number of TensorFlow's and TOML's."""


def refuse_other_numbers(_: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Validates that a field declared as `int` or `float`, or either with `None`, holds such a number.

    A whole number has at most 63 bits, and other numbers are finite, unless the field's default is not.

    Raises:
        SpecError: it does not; the message names the field and the value.
    """
    declared = _names_of(attribute.type)
    if not declared <= {"int", "float", "None"} or (value is None and "None" in declared):
        return
    if "float" in declared:
        fits = isinstance(value, numbers.Real) and not isinstance(value, bool)
        if not fits or (not _is_finite(value) and value != attribute.default):
            raise SpecError(f"'{attribute.name}' must be a finite number, got {value!r}")
    elif isinstance(value, bool) or not isinstance(value, numbers.Integral) or abs(int(value)) > _LARGEST:
        raise SpecError(f"'{attribute.name}' must be a whole number of at most 63 bits, got {value!r}")


def _names_of(declared: Any) -> set[str]:
    """The names of the types in a union, which may not have been resolved."""
    if isinstance(declared, str):
        return {name.strip() for name in declared.split("|")}
    members = get_args(declared) or (declared,)
    return {"None" if member is type(None) else getattr(member, "__name__", str(member)) for member in members}


def _is_finite(value: Any) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond the range of floats
        return False


@attrs.frozen
class _Checks:
    """Validators of a field, after the check that it holds a number of its type; what they raise is a `SpecError`."""

    validators: Sequence[Callable[..., Any]]

    def __call__(self, instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        refuse_other_numbers(instance, attribute, value)
        for validator in self.validators:
            try:
                validator(instance, attribute, value)
            except GanregError:
                raise
            except (TypeError, ValueError) as error:
                raise SpecError(str(error.args[0]) if error.args else type(error).__name__) from error
