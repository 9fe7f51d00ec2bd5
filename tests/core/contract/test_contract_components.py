"""`Component`, `Problem`, `parameter` and the base classes."""

from __future__ import annotations

import attrs
import pytest
from attrs import validators
from hypothesis import given
from hypothesis import strategies as st

from ganreg import Component, Discriminator, Generator, Loss, Problem, Regularizer, SpecError, parameter
from ganreg.contract.datasets import Dataset
from ganreg.contract.implementation import overrides
from ganreg.contract.kinds import IMPLEMENTED
from ganreg.contract.metrics import Metric
from ganreg.contract.parameters import is_kebab_case


@pytest.mark.parametrize("name", ["hinge", "wgan-gp", "r1", "2d-ring", "a-1-b"])
def test_kebab_case(name):
    assert is_kebab_case(name)
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


@pytest.mark.parametrize(("hint", "expected"), [("", "no labels"), ("give some", "no labels; give some")])
def test_a_problem_reads_as_message_and_hint(hint, expected):
    assert str(Problem("error", "no labels", hint)) == expected


def test_a_problem_is_an_error_or_a_warning():
    with pytest.raises(ValueError, match="'severity' must be in"):
        Problem("fatal", "no labels")


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


@pytest.mark.parametrize("base", [kind.base for kind in IMPLEMENTED.values()])
def test_base_classes_are_frozen_keyword_only_and_pass_the_check(base):
    instance = base()

    assert list(instance.check(None)) == []
    assert all(field.kw_only for field in attrs.fields(base))
    with pytest.raises(AttributeError, match="can't set attribute"):
        instance.anything = 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Generator().build(None), r"Generator must define build\(data\)"),
        (lambda: Discriminator().build(None), r"Discriminator must define build\(data\)"),
        (lambda: Scaled().discriminator_loss(0, 0), r"Scaled must define discriminator_loss"),
        (lambda: Scaled().generator_loss(0), r"Scaled must define generator_loss"),
        (lambda: Dataset().spec(), r"Dataset must define spec"),
        (lambda: Dataset().load(), r"Dataset must define load"),
        (lambda: Metric().compute(None, None), r"Metric must define compute"),
    ],
)
def test_a_missing_method_names_the_class_and_the_method(call, message):
    with pytest.raises(NotImplementedError, match=message):
        call()


def test_a_regularizer_changes_nothing_by_default():
    regularizer = Regularizer()

    assert regularizer.every == 1
    assert regularizer.initial_state(None) == {}
    assert regularizer.wrap_generator("g", None) == "g"
    assert regularizer.wrap_discriminator("d", None) == "d"
    assert regularizer.discriminator_input("x", None) == "x"
    assert not regularizer.replaces_generator_loss


def test_latents_are_standard_normal_by_default():
    class Step:
        def normal(self, shape):
            return shape

    assert Generator(latent_dim=3).sample_latents(Step(), 5) == (5, 3)


def test_overrides_sees_only_what_a_class_defines_itself():
    @attrs.frozen(kw_only=True)
    class Penalty(Regularizer):
        def discriminator_penalty(self, step):
            return 0.0

    assert overrides(Penalty(), "discriminator_penalty")
    assert not overrides(Penalty(), "generator_penalty")
    assert not overrides(Penalty(), "after_generator_update")
