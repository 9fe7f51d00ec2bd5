"""BEGAN's loss, and the controller of its k, against the paper's formulas."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_losses.boundary_equilibrium import BoundaryEquilibrium
from hypothesis import given, settings
from hypothesis import strategies as st

import ganreg
from ganreg.testing import discriminator_step

ENERGIES = st.lists(st.floats(0, 80, width=32), min_size=4, max_size=4)


def step_of(loss, real_energy, fake_energy, **state):
    """A step whose samples are their own energies."""
    initial = dict(loss.initial_state(ganreg.DataSpec((1,)))) | state
    return discriminator_step(
        lambda samples, training: {"logits": -samples, "features": ()},
        real=np.reshape(real_energy, (-1, 1)),
        fake=np.reshape(fake_energy, (-1, 1)),
        state={name: tf.Variable(value, dtype=tf.float32) for name, value in initial.items()},
    )


@pytest.mark.parametrize("k", [0.0, 0.25, 1.0])
def test_values(k, logits):
    real_energy, fake_energy = (-np.float64(values) for values in logits)
    loss = BoundaryEquilibrium(initial_k=k)
    np.testing.assert_allclose(loss.discriminator_loss(*logits), real_energy - k * fake_energy, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(loss.generator_loss(logits[1]), fake_energy, rtol=1e-6)


def test_slopes(logits, slopes):
    by_real, by_fake = slopes(BoundaryEquilibrium(initial_k=0.25).discriminator_loss, *logits)
    assert (set(by_real), set(by_fake)) == ({-1.0}, {0.25})
    assert set(slopes(BoundaryEquilibrium().generator_loss, logits[1])[0]) == {-1.0}


def test_the_objective_takes_the_k_of_the_state():
    loss = BoundaryEquilibrium()
    step = step_of(loss, [1.0, 2.0], [3.0, 5.0], k=0.5)
    np.testing.assert_allclose(loss.discriminator_objective(step), [1.0 - 1.5, 2.0 - 2.5])


@given(real=ENERGIES, fake=ENERGIES, k=st.floats(0, 1), gamma=st.floats(0.1, 1), gain=st.floats(0.001, 1))
@settings(max_examples=40, deadline=None)
def test_the_controller(real, fake, k, gamma, gain):
    loss = BoundaryEquilibrium(diversity_ratio=gamma, proportional_gain=gain)
    step = step_of(loss, real, fake, k=k)
    loss.after_discriminator_update(step)
    imbalance = gamma * np.mean(real) - np.mean(fake)
    np.testing.assert_allclose(step.state["k"], np.clip(k + gain * imbalance, 0, 1), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(step.state["convergence"], np.mean(real) + abs(imbalance), rtol=1e-4, atol=1e-5)


def test_k_stays_at_the_balance():
    loss = BoundaryEquilibrium(diversity_ratio=0.5, proportional_gain=1.0)
    step = step_of(loss, [4.0, 2.0], [1.0, 2.0], k=0.3)
    loss.after_discriminator_update(step)
    np.testing.assert_allclose(step.state["k"], 0.3)
    np.testing.assert_allclose(step.state["convergence"], 3.0)


def test_what_it_declares():
    loss = BoundaryEquilibrium()
    assert loss.needs_energy is True
    assert loss.decision_boundary is None
    assert (loss.diversity_ratio, loss.proportional_gain, loss.initial_k) == (0.5, 0.001, 0.0)
    assert loss.initial_state(ganreg.DataSpec((1,))) == {"k": 0.0, "convergence": 0.0}


@pytest.mark.parametrize(
    "wrong",
    [
        {"diversity_ratio": 0.0},
        {"diversity_ratio": 1.5},
        {"proportional_gain": 0.0},
        {"initial_k": -0.1},
        {"initial_k": 1.1},
    ],
)
def test_refuses_values_out_of_bounds(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        BoundaryEquilibrium(**wrong)


@pytest.mark.parametrize("execution", ["graph", "xla"])
@pytest.mark.slow
def test_training_moves_k_and_logs_it(execution, train, energy_discriminator):
    gan, logs = train(
        "boundary-equilibrium:proportional_gain=0.1,initial_k=0.5", execution, discriminator=energy_discriminator
    )
    k = float(gan.component_state["boundary-equilibrium"]["k"])
    assert k != 0.5
    assert 0.0 <= k <= 1.0
    assert {"boundary-equilibrium/k", "boundary-equilibrium/convergence"} <= set(logs)
    assert logs["boundary-equilibrium/convergence"] > 0.0
