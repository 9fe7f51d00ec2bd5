"""Spec text: `wgan-gp`, `wgan-gp:weight=5,one_sided=true`, `acme-gan/hinge:margin=2`.

Grammar: a name, optionally qualified by its distribution, then `:` and `key=value` pairs separated by commas. A value
is a TOML literal or a bare word; commas inside brackets or quotes are part of the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from ganreg.errors import SpecError

_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*/)?[A-Za-z0-9][A-Za-z0-9_-]*")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BARE = re.compile(r"[A-Za-z_./~][\w./~+-]*", re.ASCII)
_NOT_IN_QUOTES = re.compile(r'[\x00-\x1f\x7f"\\]')
_OPENING = {"[": "]", "(": ")", "{": "}"}


def _literal(parameters: Mapping[str, Any]) -> dict[str, Any]:
    from ganreg.contract.structuring import plain

    return {key: plain(value) for key, value in parameters.items()}


@attrs.frozen
class Spec:
    """A component's name and some of its hyperparameters; the others keep their defaults.

    Specs are equal if their names and values are, whether read from text or given as Python objects.

    Attributes:
        name: the component's name, bare or as `DISTRIBUTION/name`.
        parameters: plain values by field name. Defaults to none.

    Raises:
        SpecError: a parameter is called `name`, which is reserved for the component's name.
    """

    name: str
    parameters: Mapping[str, Any] = attrs.field(factory=dict, converter=dict, eq=_literal, hash=False)

    def __attrs_post_init__(self) -> None:
        if "name" in self.parameters:
            raise SpecError(f"'{self.name}' cannot have a parameter called 'name'; a table uses it for the component")

    @classmethod
    def parse(cls, text: str) -> Spec:
        """Reads spec text.

        Raises:
            SpecError: the text does not follow the grammar; the message says where.

        >>> Spec.parse("wgan-gp:weight=5").parameters
        {'weight': '5'}
        """
        from ganreg.contract.structuring import RawText

        name, colon, rest = text.strip().partition(":")
        if not _NAME.fullmatch(name):
            raise SpecError(f"spec {text!r} must start with a component's name, as in 'wgan-gp:weight=5'")
        parameters: dict[str, Any] = {}
        for item in split_outside_brackets(rest, ",", whole=text) if colon else ():
            key, equals, value = (part.strip() for part in item.partition("="))
            if not equals or not _KEY.fullmatch(key) or not value:
                raise SpecError(f"spec {text!r}: expected key=value, got {item.strip()!r}")
            if key in parameters:
                raise SpecError(f"spec {text!r} sets '{key}' twice")
            parameters[key] = RawText(value)
        return cls(name, parameters)

    @classmethod
    def of(cls, value: Any) -> Spec:
        """Makes a spec from spec text, from a table with a `name`, or from a spec.

        Raises:
            SpecError: the value is none of these, or is malformed.
        """
        if isinstance(value, Spec):
            return value
        if isinstance(value, str):
            return cls.parse(value)
        if isinstance(value, Mapping):
            parameters = dict(value)
            name = parameters.pop("name", None)
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                raise SpecError(f"a component's table needs its name, such as name = 'hinge', got {dict(value)!r}")
            return cls(name, parameters)
        raise SpecError(f"expected a component's name, such as 'hinge', got {value!r}")

    def as_table(self) -> dict[str, Any]:
        """Returns the spec as a TOML table: the name first, then the hyperparameters."""
        return {"name": self.name} | _literal(self.parameters)

    def __str__(self) -> str:
        if not self.parameters:
            return self.name
        return f"{self.name}:" + ",".join(f"{key}={_format(value)}" for key, value in self.parameters.items())


def split_outside_brackets(text: str, separator: str, *, whole: str | None = None) -> Iterator[str]:
    """Splits text at the separators that are outside brackets and quotes.

    Args:
        text: the text to split.
        separator: a single character.
        whole: the text to quote in messages. Defaults to `text`.

    Raises:
        SpecError: a bracket or a quote is not closed.
    """
    start, closing, quote, escaped = 0, [], "", False
    for position, character in enumerate(text):
        if escaped:
            escaped = False
        elif quote:
            escaped = character == "\\" and quote == '"'
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in _OPENING:
            closing.append(_OPENING[character])
        elif closing and character == closing[-1]:
            closing.pop()
        elif character == separator and not closing:
            yield text[start:position]
            start = position + 1
    if closing or quote:
        raise SpecError(f"spec {whole or text!r}: missing {quote or closing[-1]}")
    yield text[start:]


def _format(value: Any) -> str:
    """Writes a value as spec text that reads back as the same value."""
    from ganreg.contract.structuring import RawText, plain, read_literal

    if isinstance(value, RawText):
        return str(value)
    value = plain(value)
    if isinstance(value, str) and _BARE.fullmatch(value) and read_literal(value) == value:
        return value
    return _toml(value)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ",".join(map(_toml, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{_toml(key)}={_toml(item)}" for key, item in value.items()) + "}"
    return _quote(value) if isinstance(value, str) else repr(value)


def _quote(text: str) -> str:
    return '"' + _NOT_IN_QUOTES.sub(_escaped, text) + '"'


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    return f"\\{character}" if character in '"\\' else f"\\u{ord(character):04x}"
