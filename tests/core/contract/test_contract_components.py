"""The registry's record of a component."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganreg import Component, Loss, SpecError
from ganreg.contract.parameters import is_kebab_case


@pytest.mark.parametrize("name", ["hinge", "wgan-gp", "r1", "2d-ring", "a-1-b"])
def test_a_name_in_kebab_case_is_kept(name):
    assert Component(name, "acme:Thing").name == name


@pytest.mark.parametrize("name", ["", "Hinge", "wgan_gp", "-a", "a-", "a--b", "a b", "a/b", "a:b", "é", None, 3])
def test_a_name_that_is_not_kebab_case_is_refused(name):
    with pytest.raises(SpecError, match="must be kebab-case"):
        Component(name, "acme:Thing")


@given(st.text())
def test_any_text_is_either_a_name_or_a_spec_error(text):
    if is_kebab_case(text):
        assert Component(text, "acme:Thing").name == text
    else:
        with pytest.raises(SpecError, match="must be kebab-case"):
            Component(text, "acme:Thing")


@pytest.mark.parametrize("implementation", ["acme.Thing", "a:b:c", "", 3, None, Loss()])
def test_an_implementation_is_text_of_one_form_or_a_class(implementation):
    with pytest.raises(SpecError, match=r"component 'hinge' needs 'package\.module:Class' or a class"):
        Component("hinge", implementation)


def test_a_class_is_an_implementation_too():
    assert Component("hinge", Loss).implementation is Loss
