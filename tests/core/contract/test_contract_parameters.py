"""Declaring hyperparameters and naming components."""

import attrs
import pytest
from attrs import validators
from hypothesis import given
from hypothesis import strategies as st

from ganreg import Loss, parameter
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
