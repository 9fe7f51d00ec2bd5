"""What a hyperparameter declares for the search."""

from typing import Literal

import attrs
import pytest
from attrs import validators

from ganreg import Regularizer, SpecError, parameter
from ganreg.contract.ranges import Alternatives, Range, is_whole, search_of
from ganreg.contract.structuring import fields_of


@attrs.frozen(kw_only=True)
class Searched(Regularizer):
    weight: float = parameter(1.0, "how strong", validators.ge(0.0), search=(0.01, 100, "log"))
    blocks: int = parameter(2, "how many", validators.ge(1), search=(1, 4))
    limit: int | None = parameter(None, "at most", search=(1, 4))
    widths: tuple[int, ...] = parameter((8,), "of the layers", search=[(8,), (8, 8)])
    form: Literal["a", "b"] = parameter("a", "which", search=["a", "b"])
    plain: float = parameter(1.0, "stays as it is")


def field(implementation, name):
    return next(each for each in fields_of(implementation) if each.name == name)


@pytest.mark.parametrize(
    ("name", "expected", "text"),
    [
        ("weight", Range(0.01, 100, log=True), "0.01 to 100 (log)"),
        ("blocks", Range(1, 4), "1 to 4"),
        ("widths", Alternatives(((8,), (8, 8))), "[8] | [8,8]"),
        ("form", Alternatives(("a", "b")), "a | b"),
        ("plain", None, "None"),
    ],
)
def test_a_field_has_what_it_declares(name, expected, text):
    search = search_of(field(Searched, name))

    assert search == expected
    assert str(search) == text


@pytest.mark.parametrize(("name", "whole"), [("weight", False), ("blocks", True), ("limit", True)])
def test_a_range_of_an_integer_field_is_of_whole_numbers(name, whole):
    assert is_whole(field(Searched, name)) is whole


@pytest.mark.parametrize(
    ("search", "reason"),
    [
        (3, "must be"),
        ((1.0,), "must be"),
        ((1.0, 2.0, "linear"), "must be"),
        (("a", "b"), "not a finite number"),
        ((0.0, float("inf")), "not a finite number"),
        ((2.0, 1.0), "less than"),
        ((0.0, 1.0, "log"), "above 0"),
        ([1.0], "at least two"),
        ([1.0, 1.0], "at least two"),
        ((-1.0, 1.0), "must be >= 0"),
        ([1.0, -1.0], "must be >= 0"),
    ],
)
def test_a_malformed_or_illegal_search_is_an_error_where_it_is_declared(search, reason):
    with pytest.raises(SpecError, match=reason):
        parameter(1.0, "how strong", validators.ge(0.0), search=search)


@pytest.mark.parametrize(
    ("declared", "default", "search"),
    [(int, 1, (0.5, 2.0)), (str, "a", (1, 2)), (bool, True, [0.5, 2.0]), (Literal["a", "b"], "a", ["a", "c"])],
)
def test_values_that_are_not_of_the_fields_type_are_found_with_the_fields_name(declared, default, search):
    made = attrs.make_class(
        "Made", {"size": attrs.field(type=declared, default=default, metadata=_metadata(default, search))}, frozen=True
    )

    with pytest.raises(SpecError, match="search of 'size'"):
        search_of(field(made, "size"))


def _metadata(default, search):
    return dict(parameter(default, "help", search=search).metadata)
