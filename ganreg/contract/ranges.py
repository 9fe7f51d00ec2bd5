"""What `ganreg search` tries for a hyperparameter: a range of numbers, or alternatives."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Sequence
from typing import Any, get_args

import attrs

from ganreg.contract.structuring import convert, plain
from ganreg.errors import GanregError, SpecError

LOG = "log"
SEARCH = "search"
"""The key of a field's metadata that holds its range or alternatives."""


@attrs.frozen
class Range:
    """Numbers between two bounds, both included.

    Attributes:
        low: the smallest number.
        high: the largest number.
        log: whether numbers are drawn evenly by their logarithm rather than by their value.
    """

    low: float
    high: float
    log: bool = False

    def __str__(self) -> str:
        return f"{self.low:g} to {self.high:g}{' (log)' * self.log}"

    @property
    def ends(self) -> tuple[Any, ...]:
        """The values that a field must accept."""
        return (self.low, self.high)

    def as_plain(self) -> dict[str, Any]:
        """Returns the range as plain values, for JSON."""
        return attrs.asdict(self)


@attrs.frozen
class Alternatives:
    """Values of which each trial uses one.

    Attributes:
        values: at least two different values.
    """

    values: tuple[Any, ...]

    def __str__(self) -> str:
        return " | ".join(_as_text(plain(value)) for value in self.values)

    @property
    def ends(self) -> tuple[Any, ...]:
        """The values that a field must accept."""
        return self.values

    def as_plain(self) -> dict[str, Any]:
        """Returns the alternatives as plain values, for JSON."""
        return {"choices": [plain(value) for value in self.values]}


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{','.join(map(_as_text, value))}]" if isinstance(value, list) else str(value)


def as_search(given: Any, validators: Sequence[Callable[..., Any]] = ()) -> Range | Alternatives:
    """Reads what `parameter(search=)` takes.

    Args:
        given: `(low, high)`, `(low, high, "log")`, or a list of alternatives.
        validators: attrs validators that every value must pass.

    Raises:
        SpecError: it has another form, a range is empty, or a validator refuses one of the values.
    """
    search = _alternatives(given) if isinstance(given, list) else _range(given)
    for value in search.ends:
        for validator in validators:
            try:
                validator(None, _NAMED, value)
            except AttributeError:  # it looks at other fields of an instance, which there is none of yet
                continue
            except (GanregError, TypeError, ValueError) as error:
                reason = str(error.args[0]) if error.args else type(error).__name__
                raise SpecError(f"search={given!r}: {reason}") from error
    return search


def _alternatives(given: Sequence[Any]) -> Alternatives:
    if len(given) < 2 or any(value == other for place, value in enumerate(given) for other in given[:place]):
        raise SpecError(f"search={given!r} must list at least two different values")
    return Alternatives(tuple(given))


def _range(given: Any) -> Range:
    form = "must be (low, high), (low, high, 'log'), or a list of alternatives"
    if not isinstance(given, tuple) or len(given) not in (2, 3) or given[2:] not in ((), (LOG,)):
        raise SpecError(f"search={given!r} {form}")
    low, high = given[:2]
    for number in (low, high):
        if isinstance(number, bool) or not isinstance(number, numbers.Real) or not math.isfinite(number):
            raise SpecError(f"search={given!r} {form}; {number!r} is not a finite number")
    if not low < high:
        raise SpecError(f"search={given!r}: {low!r} must be less than {high!r}")
    if given[2:] and low <= 0:
        raise SpecError(f"search={given!r}: a logarithmic range must start above 0")
    return Range(low, high, bool(given[2:]))


@attrs.frozen
class _Named:
    """Stands for a field in the messages of validators, before the class exists that gives it a name."""

    name: str = "search"


_NAMED = _Named()


def search_of(field: attrs.Attribute[Any]) -> Range | Alternatives | None:
    """Returns what a field declares for the search, or `None` if it declares nothing.

    Args:
        field: a field with its resolved type, as `fields_of` returns it.

    Raises:
        SpecError: the type or the validator of the field refuses one of the values.
    """
    declared = field.metadata.get(SEARCH)
    if declared is None:
        return None
    search: Range | Alternatives = declared
    for value in search.ends:
        try:
            if isinstance(search, Range) and not _is_number(field.type):
                raise SpecError("only a field of the type int or float can have a range")
            convert(plain(value), field.type)
            if field.validator is not None:
                field.validator(None, field, value)
        except AttributeError:
            continue
        except (GanregError, TypeError, ValueError) as error:
            reason = str(error.args[0]) if error.args else type(error).__name__
            raise SpecError(f"search of '{field.name}': {reason}") from error
    return search


def is_whole(field: attrs.Attribute[Any]) -> bool:
    """Whether a field with a range takes whole numbers only."""
    return float not in (get_args(field.type) or (field.type,))


def _is_number(declared: Any) -> bool:
    return bool({int, float} & set(get_args(declared) or (declared,)))
