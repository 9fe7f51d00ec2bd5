"""The base classes of generators and discriminators."""

import types

import pytest

from ganreg import Discriminator, Generator, SpecError, create
from ganreg.contract.structuring import structure


def test_latents_are_standard_normal_by_default():
    step = types.SimpleNamespace(normal=lambda shape: ("standard normal", shape))
    assert Generator(latent_dim=3).sample_latents(step, 5) == ("standard normal", (5, 3))


@pytest.mark.parametrize("size", [0, -1])
def test_a_latent_vector_has_at_least_one_number(size):
    with pytest.raises(ValueError, match="'latent_dim' must be >= 1"):
        Generator(latent_dim=size)


@pytest.mark.parametrize("base", [Generator, Discriminator])
@pytest.mark.parametrize(("value", "expected"), [("true", True), ("false", False), ("none", None)])
def test_conditional_is_true_false_or_left_to_the_data(base, value, expected):
    from ganreg.contract.structuring import RawText

    assert structure(base, {"conditional": RawText(value)}, where="it").conditional is expected
    with pytest.raises(SpecError, match="parameter 'conditional'"):
        structure(base, {"conditional": RawText("3")}, where="it")


def test_a_discriminator_declares_nothing_by_default():
    discriminator = Discriminator()
    assert (discriminator.gives_energy, discriminator.normalizes_batch) == (False, False)
    assert discriminator.without_batch_statistics() is None


def test_without_batch_statistics_is_the_same_discriminator_but_for_them():
    normalizing = create("discriminator", "mlp:widths=[8],norm=batch")
    other = normalizing.without_batch_statistics()
    assert (normalizing.normalizes_batch, other.normalizes_batch) == (True, False)
    assert other.widths == normalizing.widths
