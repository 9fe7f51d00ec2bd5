"""What a class overrides is what it defines itself, at whatever distance from the base class of its kind."""

import attrs
import pytest

from ganreg import Loss, Metric, Regularizer
from ganreg.contract.overriding import overridden


@attrs.frozen(kw_only=True)
class Penalty(Regularizer):
    """Overrides one method."""

    def discriminator_penalty(self, step):
        return 0.0


@attrs.frozen(kw_only=True)
class Heavier(Penalty):
    """Inherits that, and overrides another."""

    def generator_penalty(self, step):
        return 0.0

    def check(self, assembly):
        return ()


def methods_among(implementation, *names):
    return overridden(implementation) & set(names)


PENALTIES = ("discriminator_penalty", "generator_penalty", "check", "initial_state")


@pytest.mark.parametrize("base", [Loss, Regularizer, Metric])
def test_a_base_class_overrides_nothing(base):
    assert overridden(base()) == frozenset()


def test_its_own_methods_count():
    assert methods_among(Penalty(), *PENALTIES) == {"discriminator_penalty"}


def test_those_of_classes_between_count_too():
    assert methods_among(Heavier(), *PENALTIES) == {"discriminator_penalty", "generator_penalty", "check"}


@pytest.mark.parametrize("nothing", [None, 3, object()])
def test_what_is_no_implementation_overrides_nothing(nothing):
    assert overridden(nothing) == frozenset()


def test_a_class_of_two_kinds_belongs_to_the_first():
    @attrs.frozen(kw_only=True)
    class Both(Penalty, Loss):
        def discriminator_loss(self, real_logits, fake_logits):
            return fake_logits

    assert {"discriminator_penalty", "discriminator_loss"} <= overridden(Both())
