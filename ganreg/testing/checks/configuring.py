"""Checks of a component's fields: conversion to text and TOML, and validation."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import attrs
import tomli_w

from ganreg.contract.ranges import search_of
from ganreg.contract.specs import Spec
from ganreg.contract.structuring import RawText, fields_of, structure, unstructure
from ganreg.errors import SpecError
from ganreg.testing.check import IMPLEMENTED, check
from ganreg.testing.failures import CheckFailure, NotApplicableError, require
from ganreg.testing.subject import Subject

_FAR = 10**9


@check(*IMPLEMENTED, proves="it does not change when it is written as spec text or TOML and read back")
def survives_text(subject: Subject) -> None:
    """Writes it, and a variant for each field, in both formats, and reads them back."""
    for instance in (subject.instance, *_variants(subject.instance)):
        spec = Spec("it", unstructure(instance))
        text, toml = str(spec), tomli_w.dumps(spec.as_table())
        for written, read in ((text, Spec.parse(text)), (toml, Spec.of(tomllib.loads(toml)))):
            again = structure(subject.implementation, read.parameters, where=f"{subject.kind} '{subject.name}'")
            require(again == instance, f"{written.strip()!r} is read back as {again}, not as {instance}")


def _variants(instance: Any) -> Iterator[Any]:
    """The instance with one field changed, for each field and each other value that the field accepts."""
    for field in fields_of(instance.__class__):
        for value in _others(field.type, getattr(instance, field.name)):
            try:
                yield attrs.evolve(instance, **{field.name: value})
            except (SpecError, ValueError, TypeError):
                continue  # outside the bounds of this field


def _others(declared: Any, value: Any) -> list[Any]:
    if get_origin(declared) is Literal:
        return list(get_args(declared))
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, (int, float)):
        return [value + 1, value / 3 if isinstance(value, float) else value + 2]
    if isinstance(value, str):
        return [f"{value}a b,c", *(() if type(None) in get_args(declared) else ("none",))]
    return [None] if type(None) in get_args(declared) else []


@check(*IMPLEMENTED, proves="its fields accept what they declare for the search, at the ends of each range")
def searches_legal_values(subject: Subject) -> None:
    """Compares each range and each alternative with the field's type and validator."""
    declared = False
    for field in fields_of(subject.implementation):
        try:
            declared = search_of(field) is not None or declared
        except SpecError as error:
            raise CheckFailure(f"{error}; give it a range of legal values") from error
    if not declared:
        raise NotApplicableError("none of its fields declares a search")


@check(*IMPLEMENTED, proves="its fields refuse invalid values, with a message that names the field")
def refuses_nonsense(subject: Subject) -> None:
    """Gives each field text that is not of its type, and each numeric field very large and infinite numbers."""
    for field in fields_of(subject.implementation):
        if field.converter is None and not _takes_text(field.type):
            _expect_refusal(subject, field.name, [RawText("no such value")])
            if nonsense := _nonsense(field.type):
                _expect_refusal(subject, field.name, nonsense)


def _nonsense(declared: Any) -> list[Any]:
    """Numbers that hardly any field needs; each in a list if the field takes a list."""
    members = set(get_args(declared) or (declared,)) - {type(None), Ellipsis}
    if not members or not members <= {int, float}:
        return []
    numbers = [-_FAR, _FAR, *((-math.inf, math.inf) if float in members else ())]
    return [[number] for number in numbers] if get_origin(declared) is tuple else numbers


def _expect_refusal(subject: Subject, name: str, values: list[Any]) -> None:
    """Requires that one of the values is refused; a bound on one side is enough."""
    others = unstructure(subject.instance)
    for value in values:
        try:
            structure(subject.implementation, others | {name: value}, where=subject.name)
        except SpecError as error:
            if name in str(error):
                return
            raise CheckFailure(
                f"field '{name}' refuses {value!r}, but the message does not name it: {error}"
            ) from error
    shown = " and ".join(repr(str(value)) if isinstance(value, str) else str(value) for value in values)
    raise CheckFailure(f"field '{name}' accepts {shown}; give it a validator")


def _takes_text(declared: Any) -> bool:
    return bool({str, Path} & {declared, *(() if get_origin(declared) is Literal else get_args(declared))})
