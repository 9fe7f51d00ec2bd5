"""Functions: pairs as losses, functions of the step as regularizers."""

import pytest

import ganreg
from ganreg.adapters.functions import is_penalty, loss_class, penalty_class
from ganreg.contract.implementation import overrides


def of_both(real, fake):
    """The difference."""
    return fake - real


def of_fake(fake):
    return -fake


def test_a_pair_of_functions_is_a_loss():
    loss = loss_class((of_both, of_fake))()
    assert isinstance(loss, ganreg.Loss)
    assert loss.discriminator_loss(1.0, 3.0) == 2.0
    assert loss.generator_loss(3.0, None) == -3.0
    assert (type(loss).own_name, type(loss).__doc__) == ("of_both", "The difference.")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (of_fake, "a pair of functions: .* got the function of_fake"),
        ((of_both,), "a pair of functions"),
        (
            (of_fake, of_fake),
            r"the discriminator's loss must be a function of \(real_logits, fake_logits\), but of_fake",
        ),
        (
            (of_both, of_both),
            r"the generator's loss must be a function of \(fake_logits\), but of_both takes \(real, f",
        ),
        (3, "got int"),
    ],
)
def test_other_losses_are_refused(given, message):
    with pytest.raises(ganreg.AssemblyError, match=message):
        loss_class(given)


def test_a_function_penalises_the_discriminator():
    penalty = penalty_class(lambda step: 2 * step)()
    assert penalty.discriminator_penalty(3) == 6
    assert not overrides(penalty, "generator_penalty")
    assert (penalty.every, penalty.bounds_slope) == (1, False)


@pytest.mark.parametrize(
    ("player", "players"), [("generator", {"generator"}), ("both", {"generator", "discriminator"})]
)
def test_the_decorator_says_whom_and_how_often(player, players):
    @ganreg.penalty(player=player, every=4, bounds_slope=True)
    def own(step):
        return step

    made = penalty_class(own)()
    assert is_penalty(own)
    assert {one for one in ("generator", "discriminator") if overrides(made, f"{one}_penalty")} == players
    assert (made.every, made.bounds_slope) == (4, True)
    assert penalty_class(own)(every=2).every == 2


def test_the_decorator_without_arguments():
    @ganreg.penalty
    def own(step):
        return step

    assert own(3) == 3
    assert is_penalty(own)


@pytest.mark.parametrize("options", [{"player": "judge"}, {"every": 0}, {"every": True}])
def test_other_options_are_refused(options):
    with pytest.raises(ganreg.AssemblyError, match="must be"):
        ganreg.penalty(**options)


def test_a_function_of_something_else_is_no_regularizer():
    with pytest.raises(ganreg.AssemblyError, match=r"a regularizer must be a function of \(step\), but of_both takes"):
        penalty_class(of_both)
    with pytest.raises(ganreg.AssemblyError, match="a function of the step, got int"):
        penalty_class(3)
