"""The base class of regularizers: every method is optional, and one that is not overridden changes nothing."""

import pytest

from ganreg import DataSpec, Regularizer
from ganreg.contract.implementation import overrides

METHODS = [
    "wrap_generator",
    "wrap_discriminator",
    "discriminator_data",
    "initial_network_state",
    "initial_assembly_state",
    "transform_latents",
    "discriminator_real",
    "discriminator_input",
    "generator_weights",
    "discriminator_penalty",
    "generator_penalty",
    "after_discriminator_update",
    "after_generator_update",
]
"""The methods that the engine calls only where they are overridden."""


@pytest.mark.parametrize("method", METHODS)
def test_the_engine_sees_that_nothing_is_overridden(method):
    assert not overrides(Regularizer(), method)


def test_what_is_not_overridden_returns_what_it_gets():
    regularizer, data, given = Regularizer(), DataSpec((2,)), object()
    for method in ("wrap_generator", "wrap_discriminator", "transform_latents"):
        assert getattr(regularizer, method)(given, data) is given
    for method in ("discriminator_real", "discriminator_input"):
        assert getattr(regularizer, method)(given, None) is given
    assert regularizer.discriminator_data(data) is data


def test_it_has_no_variables_and_applies_its_penalties_always():
    regularizer = Regularizer()
    assert {**regularizer.initial_state(None), **regularizer.initial_network_state(None, None)} == {}
    assert regularizer.initial_assembly_state(None) == {}
    assert (regularizer.every, regularizer.replaces_generator_loss) == (1, False)


@pytest.mark.parametrize("every", [0, -3])
def test_a_penalty_cannot_be_applied_less_than_never(every):
    with pytest.raises(ValueError, match="'every' must be >= 1"):
        Regularizer(every=every)
