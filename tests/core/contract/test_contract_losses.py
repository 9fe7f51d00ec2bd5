"""The base class of losses: which logits its methods get."""

import types

import attrs
import pytest

from ganreg import Loss


@attrs.frozen(kw_only=True)
class Noting(Loss):
    """Returns its arguments."""

    def discriminator_loss(self, real_logits, fake_logits):
        return "discriminator", real_logits, fake_logits

    def generator_loss(self, fake_logits, real_logits=None):
        return "generator", fake_logits, real_logits


@attrs.frozen(kw_only=True)
class NeedsReal(Noting):
    needs_real = True


class FakeOnly:
    """A step that cannot be asked for logits of real samples."""

    fake_logits = "fake"

    @property
    def real_logits(self):
        raise AssertionError("the forward pass on real samples was not needed")


def test_the_discriminator_objective_is_its_loss_of_both_logits():
    step = types.SimpleNamespace(real_logits="real", fake_logits="fake")
    assert Noting().discriminator_objective(step) == ("discriminator", "real", "fake")


def test_the_generator_objective_asks_for_real_logits_only_if_needed():
    assert Noting().generator_objective(FakeOnly()) == ("generator", "fake", None)
    step = types.SimpleNamespace(real_logits="real", fake_logits="fake")
    assert NeedsReal().generator_objective(step) == ("generator", "fake", "real")
    with pytest.raises(AssertionError, match="was not needed"):
        NeedsReal().generator_objective(FakeOnly())


def test_a_loss_is_undecided_at_zero_and_has_no_variables_by_default():
    assert Loss().decision_boundary == 0.0
    assert Loss().initial_state(None) == {}
