"""Declaring hyperparameters and naming components."""

import math

import attrs
import numpy as np
import pytest
from attrs import validators
from hypothesis import given
from hypothesis import strategies as st

from ganreg import Loss, SpecError, parameter
from ganreg.contract.parameters import is_kebab_case


@attrs.frozen(kw_only=True)
class Scaled(Loss):
    """A loss with one parameter."""

    scale: float = parameter(2.0, "multiplies the logits", validators.gt(0), validators.lt(10))


def test_a_parameter_has_a_default_a_help_text_and_validators():
    assert Scaled().scale == 2.0
    assert attrs.fields(Scaled).scale.metadata["help"] == "multiplies the logits"


@pytest.mark.parametrize("scale", [0, 10])
def test_a_parameter_is_validated_by_each_validator(scale):
    with pytest.raises(ValueError, match="'scale' must be"):
        Scaled(scale=scale)


NUMBERS = {"whole": 3, "share": 0.5, "some": None, "unbounded": math.inf, "name": "a"}


@attrs.frozen(kw_only=True)
class Numbered(Loss):
    """A loss with a parameter of each kind."""

    whole: int = parameter(1, "a whole number")
    share: float = parameter(1.0, "a number")
    some: int | None = parameter(None, "a whole number or none")
    unbounded: float = parameter(math.inf, "a number without bound")
    name: str = parameter("", "not a number")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((field, value) for field in ("whole", "some") for value in (math.nan, math.inf, 2.5, True, "3", 2**63)),
        *(("share", value) for value in (math.nan, math.inf, -math.inf, False, "0.5", 10**400, None)),
        *(("unbounded", value) for value in (math.nan, -math.inf)),
        ("whole", None),
    ],
)
def test_a_number_is_one_of_its_type_and_finite(field, value):
    with pytest.raises(SpecError, match=f"'{field}' must be a (whole number of at most 63 bits|finite number), got"):
        Numbered(**{field: value})


@pytest.mark.parametrize(
    "values", [NUMBERS, {"whole": np.int64(3), "share": np.float32(0.5)}, {"share": 2}, {"some": 7}]
)
def test_numbers_of_every_library_are_numbers(values):
    made = Numbered(**values)

    assert {name: getattr(made, name) for name in values} == values


def test_types_that_have_been_resolved_are_read_too():
    attrs.resolve_types(Numbered)

    assert Numbered(some=None).some is None
    with pytest.raises(SpecError, match="'some' must be a whole number"):
        Numbered(some=1.5)


def test_further_options_are_those_of_an_attrs_field():
    @attrs.frozen(kw_only=True)
    class Converted(Loss):
        names: tuple[str, ...] = parameter((), "names", converter=tuple)

    assert Converted(names=["a", "b"]).names == ("a", "b")


@given(st.lists(st.text("abcxyz0189", min_size=1, max_size=4), min_size=1, max_size=4))
def test_words_joined_by_single_hyphens_are_kebab_case(words):
    assert is_kebab_case("-".join(words))
    assert not is_kebab_case("-".join(["", *words]))
    assert not is_kebab_case("--".join([*words, "x"]))
    assert not is_kebab_case("_".join([*words, "x"]))


@pytest.mark.parametrize("name", ["", "Hinge", "a b", "a/b", "a:b", "é", "a\n", None, 3])
def test_anything_else_is_not(name):
    assert not is_kebab_case(name)
