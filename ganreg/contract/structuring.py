"""Turns plain values (from text or TOML) into an implementation's typed fields and back; strict about types.

One cattrs converter serves every component, so that a field's declared type is the only schema.
"""

from __future__ import annotations

import enum
import functools
import math
import numbers
import operator
import sys
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

import attrs

from ganreg.errors import PluginError, SpecError, did_you_mean

if TYPE_CHECKING:
    import cattrs


class RawText(str):
    """A value from a spec's text that has not yet been converted to its field's type."""

    __slots__ = ()


def read_literal(text: str) -> Any:
    """Reads text as a TOML value (`1e-3`, `true`, `[64, 32]`, `"a b"`); any other text is a string."""
    stripped = text.strip()
    if stripped.startswith("(") and stripped.endswith(")"):
        stripped = f"[{stripped[1:-1]}]"
    table = _read_toml(f"value = {stripped}")
    if len(table) == 1 and not _ends_in_comment(stripped):
        value = table["value"]
        if isinstance(value, (bool, int, float, str, list, dict)):  # dates remain text
            return value
    try:
        return float(stripped)
    except ValueError:
        return _read_bare(stripped)


def _read_toml(text: str) -> dict[str, Any]:
    """Reads text as TOML; returns an empty table if it is not valid."""
    import tomllib

    try:
        return tomllib.loads(text)
    except ValueError:  # also for numbers with more digits than Python accepts
        return {}
    except RecursionError:
        raise SpecError(f"{text[:40]!r}... is nested too deeply") from None


def _ends_in_comment(text: str) -> bool:
    """Whether TOML would ignore the text after a `#`, which in a spec is part of the value."""
    return "#" in text and len(_read_toml(f"value = {text} ?")) > 0


def _read_bare(text: str) -> Any:
    """Reads `[relu, tanh]` as a list of bare words; anything else is one bare word."""
    if text.startswith("[") and text.endswith("]"):
        return [read_literal(item) for item in text[1:-1].split(",") if item.strip()]
    return text


def _plain(value: Any) -> Any:
    return read_literal(value) if isinstance(value, RawText) else value


def _to_bool(value: Any, _: Any) -> bool:
    value = _plain(value)
    if isinstance(value, bool):
        return value
    lowered = value.lower() if isinstance(value, str) else ""
    if lowered in ("true", "yes", "on"):
        return True
    if lowered in ("false", "no", "off"):
        return False
    raise SpecError(f"expected true or false, got {value!r}")


def _to_int(value: Any, _: Any) -> int:
    value = _plain(value)
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not _is_whole(value):
        raise SpecError(f"expected a whole number, got {value!r}")
    return int(_plain_number(value))


def _is_whole(value: numbers.Real) -> bool:
    return isinstance(value, numbers.Integral) or float(value).is_integer()


def _to_float(value: Any, _: Any) -> float:
    value = _plain(value)
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise SpecError(f"expected a number, got {value!r}")
    try:
        number = float(value)
    except OverflowError:
        raise SpecError("expected a number, got one that is too large") from None
    if math.isnan(number):
        raise SpecError("expected a number, got nan")
    return number


def _to_str(value: Any, _: Any) -> str:
    if isinstance(value, RawText):
        text = value.strip()
        literal = read_literal(text) if text.startswith(('"', "'")) else None
        return literal if isinstance(literal, str) else str(text)
    if not isinstance(value, str):
        raise SpecError(f"expected text, got {value!r}")
    return value


def _to_path(value: Any, declared: Any) -> Path:
    return value if isinstance(value, Path) else Path(_to_str(value, declared))


def _is_union(declared: Any) -> bool:
    return get_origin(declared) in (Union, types.UnionType)


def _to_union(value: Any, declared: Any) -> Any:
    members = get_args(declared)
    plain = _plain(value)
    if type(None) in members and (plain is None or (isinstance(plain, str) and plain.lower() == "none")):
        return None
    if type(plain) in members:  # the member of exactly this type comes before others that would accept it
        return convert(plain, type(plain))
    complaints = []
    for member in members:
        if member is not type(None):
            try:
                return convert(value, member)
            except SpecError as error:
                complaints.append(str(error))
    raise SpecError("; ".join(complaints))


def _to_literal(value: Any, declared: Any) -> Any:
    plain = _plain(value)
    choices = get_args(declared)
    for choice in choices:
        if (choice == plain and type(choice) is type(plain)) or (isinstance(value, RawText) and choice == value):
            return choice
    text = [str(choice) for choice in choices]
    raise SpecError(f"expected one of {', '.join(text)}, got {plain!r}")


def _items(value: Any) -> Sequence[Any]:
    """The values of a list; any other value is the only item of a list."""
    items = _plain(value)
    return items if isinstance(items, (list, tuple)) else [items]


def _to_tuple(value: Any, declared: Any) -> tuple[Any, ...]:
    items, members = _items(value), get_args(declared)
    if Ellipsis in members:
        return tuple(convert(item, members[0]) for item in items)
    if len(members) != len(items):
        raise SpecError(f"expected {len(members)} values, got {len(items)}")
    return tuple(convert(item, member) for item, member in zip(items, members, strict=True))


def _to_list(value: Any, declared: Any) -> list[Any]:
    return [convert(item, get_args(declared)[0]) for item in _items(value)]


def _to_mapping(value: Any, _: Any) -> Mapping[str, Any]:
    value = _plain(value)
    if not isinstance(value, Mapping):
        raise SpecError(f"expected a table, got {value!r}")
    return dict(value)


_SCALARS: Mapping[Any, Callable[[Any, Any], Any]] = {
    bool: _to_bool,
    int: _to_int,
    float: _to_float,
    str: _to_str,
    Path: _to_path,
}
_CONTAINERS: Mapping[Any, Callable[[Any, Any], Any]] = {
    Union: _to_union,
    types.UnionType: _to_union,
    Literal: _to_literal,
    tuple: _to_tuple,
    list: _to_list,
    Sequence: _to_list,
    dict: _to_mapping,
    Mapping: _to_mapping,
}


def convert(value: Any, declared: Any) -> Any:
    """Converts a value to a declared type, strictly: `true` is not a number, nor `3.5` an integer, nor `7` text.

    Args:
        value: a plain value or `RawText`.
        declared: a field's type.

    Raises:
        SpecError: the value does not fit the type.
    """
    if declared is None or declared is Any:
        return _plain(value)
    to_type = _SCALARS.get(declared) or _CONTAINERS.get(get_origin(declared))
    if to_type is not None:
        return to_type(value, declared)
    try:
        return converter().structure(_plain(value), declared)
    except Exception as error:  # a plugin's own type may raise anything
        raise SpecError("; ".join(_leaf_messages(error))) from error


@functools.cache
def converter() -> cattrs.Converter:
    """Returns the cattrs converter for all other types, such as enums and attrs classes within a field."""
    import cattrs  # slow to import, and listing components does not need it

    strict = cattrs.Converter(forbid_extra_keys=True, prefer_attrib_converters=False)
    for scalar, to_type in _SCALARS.items():
        strict.register_structure_hook(scalar, to_type)
    for container, to_type in _CONTAINERS.items():
        strict.register_structure_hook_func(functools.partial(_has_origin, container), to_type)
    return strict


def _has_origin(container: Any, declared: Any) -> bool:
    return get_origin(declared) is container


def _leaf_messages(error: BaseException) -> list[str]:
    if isinstance(error, BaseExceptionGroup):
        return [message for nested in error.exceptions for message in _leaf_messages(nested)]
    return [str(error.args[0] if error.args and error.args[0] else error) or type(error).__name__]


@functools.cache
def fields_of(cls: type) -> tuple[attrs.Attribute[Any], ...]:
    """Returns the fields of an implementation that a user can set, with resolved types.

    Raises:
        SpecError: the class is not an attrs class.
        PluginError: a field's type is not defined.
    """
    if not attrs.has(cls):
        raise SpecError(f"{cls.__module__}.{cls.__qualname__} is not decorated with @attrs.frozen")
    try:
        resolved = attrs.resolve_types(cls, globalns=vars(typing) | _module_names(cls))
    except NameError as error:
        raise PluginError(f"{cls.__module__}.{cls.__qualname__} has a field of an unknown type: {error}") from error
    return tuple(field for field in attrs.fields(resolved) if field.init)


def _module_names(cls: type) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if base.__module__ in sys.modules:
            names |= vars(sys.modules[base.__module__])
    return names


def structure(cls: type, values: Mapping[str, Any], *, where: str) -> Any:
    """Makes an instance of an attrs class from plain values.

    Args:
        cls: the attrs class.
        values: plain values by field name; missing fields keep their defaults.
        where: the name of the instance in messages, such as `"loss 'hinge'"`.

    Raises:
        SpecError: a name is unknown, a required field is missing, or a value has the wrong type or fails a validator.
        PluginError: the type of a field is not defined.
    """
    fields = {field.name: field for field in fields_of(cls)}
    arguments = {}
    for name, value in values.items():
        if name not in fields:
            raise SpecError(f"{where} has no parameter '{name}'; {did_you_mean(name, fields)}")
        arguments[name] = _structure_field(fields[name], value, where)
    for name, field in fields.items():
        if name not in arguments and field.default is attrs.NOTHING:
            raise SpecError(f"{where} needs the parameter '{name}': {field.metadata.get('help', 'it has no default')}")
    try:
        return cls(**arguments)
    except (TypeError, ValueError) as error:
        raise SpecError(f"{where}: {_validator_message(error)}") from error


def _structure_field(field: attrs.Attribute[Any], value: Any, where: str) -> Any:
    if field.converter is not None:  # the field's own converter reads text and tables
        return str(value) if isinstance(value, RawText) else value
    try:
        return convert(value, field.type)
    except SpecError as error:
        raise SpecError(f"{where}: parameter '{field.name}': {error}") from error


def _validator_message(error: Exception) -> str:
    """The first argument of an attrs validator's error is its message; the others repeat it for programs."""
    return str(error.args[0]) if error.args else type(error).__name__


def unstructure(instance: Any) -> dict[str, Any]:
    """Returns all fields of an implementation as plain values by name, including defaults."""
    return {field.name: plain(getattr(instance, field.name)) for field in fields_of(instance.__class__)}


def plain(value: Any) -> Any:
    """Returns a value that TOML supports: `"none"` for `None`, lists for tuples, Python numbers for numpy's."""
    value = _plain(value)
    if value is None or type(value) in (bool, int, float, str):
        return "none" if value is None else value
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, enum.Enum):
        return plain(value.value)
    return _plain_number(value) if isinstance(value, numbers.Real) else str(value)


def _plain_number(value: numbers.Real) -> int | float:
    return operator.index(value) if isinstance(value, numbers.Integral) else float(value)


def type_name(declared: Any) -> str:
    """Returns a type's name for users: `int`, `float`, `true|false`, `a|b`, `list of int`."""
    names: dict[Any, Callable[[], str]] = {
        bool: lambda: "true|false",
        int: lambda: "int",
        float: lambda: "float",
        str: lambda: "text",
        type(None): lambda: "none",
    }
    if declared in names:
        return names[declared]()
    arguments = get_args(declared)
    if get_origin(declared) is Literal:
        return "|".join(str(choice) for choice in arguments)
    if _is_union(declared):
        return "|".join(type_name(member) for member in arguments)
    if get_origin(declared) in (list, Sequence):
        return f"list of {type_name(arguments[0])}"
    if get_origin(declared) is tuple:
        inner = [type_name(member) for member in arguments if member is not Ellipsis]
        return f"list of {inner[0]}" if Ellipsis in arguments else f"({', '.join(inner)})"
    return getattr(declared, "__name__", str(declared))
