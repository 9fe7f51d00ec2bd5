"""From plain values to typed fields and back."""

from __future__ import annotations

import enum
import math
import string
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import attrs
import numpy as np
import pytest
from attrs import validators
from hypothesis import given
from hypothesis import strategies as st

from ganreg import PluginError, Regularizer, SpecError, parameter
from ganreg.contract.structuring import (
    RawText,
    convert,
    fields_of,
    plain,
    read_literal,
    structure,
    type_name,
    unstructure,
)


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@attrs.frozen(kw_only=True)
class Inner:
    depth: int = 1


@attrs.frozen(kw_only=True)
class Everything(Regularizer):
    """An implementation with a field of each type that fields may have."""

    flag: bool = parameter(False, "a flag")
    count: int = parameter(1, "a whole number", validators.ge(0))
    weight: float = parameter(1.0, "a number", validators.ge(0))
    text: str = parameter("relu", "text")
    mode: Literal["a", "b", 3] = parameter("a", "a choice")
    widths: tuple[int, ...] = parameter((64, 32), "whole numbers")
    pair: tuple[float, str] = parameter((0.0, "x"), "a number and text")
    limit: float | None = parameter(None, "a number or none")
    either: int | float | str = parameter(1, "whichever fits")
    names: list[str] = parameter((), "texts")
    options: Mapping[str, Any] = parameter({}, "a table")


WHOLE = st.integers(1 - 2**63, 2**63 - 1)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
INSTANCES = st.builds(
    Everything,
    flag=st.booleans(),
    count=st.integers(0, 2**63 - 1),
    weight=st.floats(0, allow_nan=False, allow_infinity=False),
    text=st.text(),
    mode=st.sampled_from(["a", "b", 3]),
    widths=st.lists(WHOLE).map(tuple),
    pair=st.tuples(FINITE, st.text()),
    limit=st.none() | FINITE,
    either=WHOLE | FINITE | st.text(),
    names=st.lists(st.text()),
    options=st.dictionaries(st.text(), st.integers() | st.text()),
    every=st.integers(1, 2**63 - 1),
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)
FIELDS = [field.name for field in attrs.fields(Everything)]


@given(INSTANCES)
def test_an_implementation_survives_the_way_to_plain_values_and_back(instance):
    assert structure(Everything, unstructure(instance), where="thing") == instance


@given(st.sampled_from(FIELDS), PLAIN)
def test_any_value_fits_its_field_or_is_a_spec_error(field, value):
    try:
        structure(Everything, {field: value}, where="thing")
    except SpecError as error:
        assert "thing" in str(error)  # noqa: PT017


@given(st.sampled_from(FIELDS), st.text(alphabet=string.printable) | st.text())
def test_any_text_fits_its_field_or_is_a_spec_error(field, text):
    try:
        structure(Everything, {field: RawText(text)}, where="thing")
    except SpecError as error:
        assert "thing" in str(error)  # noqa: PT017


@pytest.mark.parametrize(
    ("declared", "text", "expected"),
    [
        (bool, "true", True),
        (bool, "No", False),
        (bool, "on", True),
        (int, "5", 5),
        (int, "5.0", 5),
        (int, "1e3", 1000),
        (int, "-1_000", -1000),
        (float, "5", 5.0),
        (float, "1e-3", 0.001),
        (float, "inf", math.inf),
        (str, "5", "5"),
        (str, "true", "true"),
        (str, '"5"', "5"),
        (str, "'a b'", "a b"),
        (str, "'", "'"),
        (str, '"a" b', '"a" b'),
        (str, "2020-01-01", "2020-01-01"),
        (Literal["a", "b"], "b", "b"),
        (Literal["1", "2"], "2", "2"),
        (Literal[1, 2], "2", 2),
        (tuple[int, ...], "64", (64,)),
        (tuple[int, ...], "[64, 32]", (64, 32)),
        (tuple[int, ...], "(64, 32)", (64, 32)),
        (tuple[int, ...], "[]", ()),
        (tuple[str, ...], "[relu, tanh]", ("relu", "tanh")),
        (tuple[float, float], "[0, 1]", (0.0, 1.0)),
        (list[str], "relu", ["relu"]),
        (Sequence[int], "[1, 2]", [1, 2]),
        (float | None, "none", None),
        (float | None, "None", None),
        (float | None, "2", 2.0),
        (int | str, "2", 2),
        (int | str, "two", "two"),
        (float | int, "2", 2),
        (tuple[int, ...] | None, "[1]", (1,)),
        (tuple[int, ...] | int, "1", 1),
        (dict[str, int], "{a = 1}", {"a": 1}),
        (Any, "2", 2),
        (Path, "a/b", Path("a/b")),
        (Colour, "red", Colour.RED),
        (Inner, "{depth = 3}", Inner(depth=3)),
    ],
)
def test_text_becomes_what_its_field_declares(declared, text, expected):
    value = convert(RawText(text), declared)

    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("declared", "value", "message"),
    [
        (bool, 1, "expected true or false, got 1"),
        (bool, RawText("1"), "expected true or false, got 1"),
        (int, True, "expected a whole number, got True"),
        (int, 3.5, r"expected a whole number, got 3\.5"),
        (int, math.inf, "expected a whole number, got inf"),
        (int, "7", "expected a whole number, got '7'"),
        (float, True, "expected a number, got True"),
        (float, "1.5", r"expected a number, got '1\.5'"),
        (float, RawText("nan"), "expected a number, got nan"),
        (float, 10**400, "expected a number, got one that is too large"),
        (str, 7, "expected text, got 7"),
        (str, None, "expected text, got None"),
        (Literal["a", "b"], "c", "expected one of a, b, got 'c'"),
        (Literal[1, 2], True, "expected one of 1, 2, got True"),
        (tuple[int, ...], ["a"], "expected a whole number, got 'a'"),
        (tuple[float, float], [1], "expected 2 values, got 1"),
        (list[int], [True], "expected a whole number, got True"),
        (int | None, "many", "expected a whole number, got 'many'"),
        (int | float, "many", "expected a whole number, got 'many'; expected a number, got 'many'"),
        (dict[str, int], [1], r"expected a table, got \[1\]"),
        (Colour, "green", "'green' is not a valid Colour"),
        (Inner, {"deep": 3}, "deep"),
    ],
)
def test_conversion_is_strict(declared, value, message):
    with pytest.raises(SpecError, match=message):
        convert(value, declared)


def test_numpy_numbers_are_numbers():
    made = structure(Everything, {"count": np.int64(3), "weight": np.float32(0.5)}, where="thing")

    assert (made.count, made.weight) == (3, 0.5)
    assert (type(made.count), type(made.weight)) == (int, float)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"wieght": 1}, "^thing has no parameter 'wieght'; did you mean 'weight'"),
        ({"weight": "much"}, "^thing: parameter 'weight': expected a number, got 'much'"),
        ({"weight": -1}, "^thing: 'weight' must be >= 0: -1"),
        ({"mode": "c"}, "^thing: parameter 'mode': expected one of a, b, 3"),
    ],
)
def test_a_refused_value_is_named_with_its_place(values, message):
    with pytest.raises(SpecError, match=message):
        structure(Everything, values, where="thing")


def test_a_parameter_without_a_default_is_asked_for():
    @attrs.frozen(kw_only=True)
    class Needy:
        path: str = attrs.field(metadata={"help": "where the file is"})

    with pytest.raises(SpecError, match="thing needs the parameter 'path': where the file is"):
        structure(Needy, {}, where="thing")


def test_a_class_without_attrs_is_refused():
    class Plain:
        pass

    with pytest.raises(SpecError, match=r"Plain is not decorated with @attrs\.frozen"):
        fields_of(Plain)


def test_a_field_of_an_unknown_type_is_the_plugins_fault():
    @attrs.frozen(kw_only=True)
    class Lost:
        value: NoSuchType = 1  # noqa: F821

    with pytest.raises(PluginError, match="Lost has a field of an unknown type: name 'NoSuchType' is not defined"):
        fields_of(Lost)


def test_fields_are_resolved_and_include_the_bases():
    types = {field.name: field.type for field in fields_of(Everything)}

    assert types["every"] is int
    assert types["limit"] == float | None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "none"),
        ((1, (2.0, None)), [1, [2.0, "none"]]),
        ({"a": (1,)}, {"a": [1]}),
        (Colour.RED, "red"),
        (np.float64(1.5), 1.5),
        (Path("a"), "a"),
        (RawText("5"), 5),
    ],
)
def test_plain(value, expected):
    assert plain(value) == expected
    assert type(plain(value)) is type(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", 1), ("1.", 1.0), ("true", True), ("True", "True"), ("a b", "a b"), ("'a'", "a"), ("[a, 1]", ["a", 1])],
)
def test_read_literal(text, expected):
    assert read_literal(text) == expected


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (bool, "true|false"),
        (int, "int"),
        (float, "float"),
        (str, "text"),
        (Literal["a", 3], "a|3"),
        (float | None, "float|none"),
        (tuple[int, ...], "list of int"),
        (tuple[float, str], "(float, text)"),
        (list[str], "list of text"),
        (Path, "Path"),
    ],
)
def test_type_name(declared, expected):
    assert type_name(declared) == expected
