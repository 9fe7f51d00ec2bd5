"""The loss's generator part on a mirrored step wants real samples classified as generated."""

import types

import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.contract.assembly import Part
from ganreg.contract.outputs import Output
from ganreg.contract.step import Step
from ganreg.engine.mirroring import Mirrored

REAL, FAKE = np.array([1.5, -0.3, 2.0]), np.array([-1.0, 0.4, 0.1])


@pytest.fixture
def step():
    outputs = {
        name: Output(tf.constant(logits[:, None], tf.float32), (), {})
        for name, logits in (("real_output", REAL), ("fake_output", FAKE))
    }
    return Step(types.SimpleNamespace(**outputs), Part(None, "it", state={"k": 3}))


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("non-saturating", np.log1p(np.exp(REAL))),  # -log(1 - sigmoid(real))
        ("least-squares", REAL**2 / 2),  # the real label is 1, that of generated samples 0, the boundary 1/2
        ("hinge", REAL),
        ("wasserstein", REAL),
    ],
)
def test_it_is_the_losses_other_side(step, loss, expected):
    component = ganreg.create("loss", loss)
    mirrored = Mirrored(step, component.decision_boundary or 0.0)
    np.testing.assert_allclose(component.generator_objective(mirrored), expected, rtol=1e-5)


def test_logits_change_places_at_the_boundary(step):
    mirrored = Mirrored(step, 0.5)
    np.testing.assert_allclose(mirrored.fake_logits, 1 - REAL, rtol=1e-6)
    np.testing.assert_allclose(mirrored.real_logits, 1 - FAKE, rtol=1e-6)


def test_everything_else_is_that_of_the_step(step):
    assert Mirrored(step, 0.0).state == {"k": 3}
