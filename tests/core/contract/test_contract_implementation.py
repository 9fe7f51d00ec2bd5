"""Problems, and what all implementations have in common."""

import attrs
import pytest

from ganreg import Problem, Regularizer
from ganreg.contract.implementation import overrides


@pytest.mark.parametrize(("hint", "expected"), [("", "no labels"), ("give some", "no labels; give some")])
def test_a_problem_reads_as_message_and_hint(hint, expected):
    assert str(Problem("error", "no labels", hint)) == expected


def test_a_problem_is_an_error_or_a_warning():
    with pytest.raises(ValueError, match="'severity' must be in"):
        Problem("fatal", "no labels")


@attrs.frozen(kw_only=True)
class Penalty(Regularizer):
    def discriminator_penalty(self, step):
        return 0.0


@attrs.frozen(kw_only=True)
class Derived(Penalty):
    pass


@pytest.mark.parametrize("implementation", [Penalty(), Derived()])
def test_a_method_defined_below_the_kinds_base_class_is_an_override(implementation):
    assert overrides(implementation, "discriminator_penalty")
    assert not overrides(implementation, "generator_penalty")
    assert not overrides(implementation, "after_generator_update")


def test_defaults_that_a_kind_takes_from_the_base_of_all_are_no_overrides():
    assert not overrides(Penalty(), "check")
    assert not overrides(Regularizer(), "check")
