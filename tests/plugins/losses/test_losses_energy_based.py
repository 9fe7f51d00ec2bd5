"""EBGAN's loss against its formula."""

import numpy as np
import pytest
from ganreg_losses.energy_based import EnergyBased
from hypothesis import given, settings
from hypothesis import strategies as st

import ganreg


@pytest.mark.parametrize("margin", [0.5, 10.0, 80.0])
def test_values(margin, logits):
    real_energy, fake_energy = (-np.float64(values) for values in logits)
    loss = EnergyBased(margin=margin)
    expected = real_energy + np.maximum(0, margin - fake_energy)
    np.testing.assert_allclose(loss.discriminator_loss(*logits), expected, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(loss.generator_loss(logits[1]), fake_energy, rtol=1e-6)


def test_slopes(logits, slopes):
    fake = logits[1]
    by_real, by_fake = slopes(EnergyBased(margin=2.5).discriminator_loss, *logits)
    (of_generator,) = slopes(EnergyBased().generator_loss, fake)
    assert set(by_real) == {-1.0}
    np.testing.assert_array_equal(by_fake, np.where(-fake < 2.5, 1.0, 0.0))
    assert set(of_generator) == {-1.0}


@given(real=st.floats(-80, 0, width=32), fake=st.floats(-80, 0, width=32))
@settings(max_examples=60, deadline=None)
def test_of_energies_it_is_never_below_zero(real, fake):
    loss = EnergyBased()
    assert loss.discriminator_loss(np.float32([real]), np.float32([fake]))[0] >= 0.0
    assert loss.generator_loss(np.float32([fake]))[0] >= 0.0


def test_what_it_declares():
    assert EnergyBased.needs_energy is True
    assert EnergyBased().decision_boundary is None
    assert EnergyBased().margin == 10.0


@pytest.mark.parametrize("margin", [0.0, -1.0])
def test_refuses_a_margin_out_of_range(margin):
    with pytest.raises(ValueError, match="margin"):
        EnergyBased(margin=margin)


def test_warns_of_a_discriminator_without_energy():
    with pytest.warns(ganreg.GanregWarning, match=r"loss 'energy-based' needs a discriminator .* energy"):
        ganreg.assemble(generator="mlp", discriminator="mlp", loss="energy-based", data=ganreg.DataSpec((2,)))


@pytest.mark.slow
def test_trains_compiled(train, energy_discriminator):
    _, logs = train("energy-based:margin=1", "xla", discriminator=energy_discriminator)
    assert logs["discriminator_loss"] >= 0.0
