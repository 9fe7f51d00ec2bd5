"""The hinge loss against its formula."""

import numpy as np
from ganreg_losses.hinge import Hinge
from hypothesis import given, settings
from hypothesis import strategies as st


def test_values(logits):
    """The paper maximises E min(0, -1 + D(x)) + E min(0, -1 - D(G(z)))."""
    real, fake = (np.float64(values) for values in logits)
    objective = np.minimum(0, -1 + real) + np.minimum(0, -1 - fake)
    np.testing.assert_allclose(Hinge().discriminator_loss(*logits), -objective, rtol=1e-6)
    np.testing.assert_allclose(Hinge().generator_loss(logits[1]), -fake, rtol=1e-6)


def test_known_values():
    real, fake = np.float32([0.5, -80, 80]), np.float32([0.0, 80, -80])
    np.testing.assert_array_equal(Hinge().discriminator_loss(real, fake), [1.5, 162, 0])


def test_slopes(logits, slopes):
    real, fake = logits
    by_real, by_fake = slopes(Hinge().discriminator_loss, real, fake)
    np.testing.assert_array_equal(by_real[real != 1], np.where(real < 1, -1, 0)[real != 1])
    np.testing.assert_array_equal(by_fake[fake != -1], np.where(fake > -1, 1, 0)[fake != -1])
    (of_generator,) = slopes(Hinge().generator_loss, fake)
    assert set(of_generator) == {-1.0}


@given(real=st.floats(1, 1e6, width=32), fake=st.floats(-1e6, -1, width=32))
@settings(max_examples=60, deadline=None)
def test_costs_nothing_beyond_the_margins(real, fake):
    assert Hinge().discriminator_loss(np.float32([real]), np.float32([fake]))[0] == 0.0


@given(real=st.floats(-80, 80, width=32), fake=st.floats(-80, 80, width=32))
@settings(max_examples=60, deadline=None)
def test_is_symmetric_in_the_two_classes(real, fake):
    one = Hinge().discriminator_loss(np.float32([real]), np.float32([fake]))
    other = Hinge().discriminator_loss(np.float32([-fake]), np.float32([-real]))
    np.testing.assert_allclose(one, other)
