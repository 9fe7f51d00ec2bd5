"""How the probability of an adaptive augmentation moves, against the paper's rule."""

import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.adaptation import AdaptiveProbability

import ganreg
from ganreg.testing import discriminator_step


def _state(component, shape=(2,)):
    return {name: tf.Variable(value) for name, value in component.initial_state(ganreg.DataSpec(shape)).items()}


def _update(component, state, logits):
    step = discriminator_step(
        lambda x, training: x, real=np.reshape(logits, (-1, 1)), fake=np.zeros((len(logits), 1)), state=state
    )
    component.after_discriminator_update(step)


def test_p_follows_the_papers_rule():
    """In every second update p moves by the number of real samples since the last move, over `images`."""
    component = AdaptiveProbability(interval=2, images=100, target=0.5)
    state = _state(component)
    assert state["p"].numpy() == 0.0
    batches = [[1, 1, 2, -1], [3, 4, 5, 6], [1, 1, 1, 1], [0.5, 1, 2, 9], [-1, -2, 1, 1], [-1, -1, 1, 1]]
    history = []
    for batch in batches:
        _update(component, state, np.float32(batch))
        history.append((state["p"].numpy(), state["r"].numpy()))
    expected = [(0, 0), (0.08, 0.75), (0.08, 0.75), (0.16, 1.0), (0.16, 1.0), (0.08, 0.0)]
    np.testing.assert_allclose(history, expected, rtol=1e-6)


def test_p_stays_between_0_and_its_limit():
    component = AdaptiveProbability(interval=1, images=5, limit=0.7)
    state = _state(component)
    _update(component, state, np.float32([-80, -80, -80]))
    assert state["p"].numpy() == 0.0
    for _ in range(3):
        _update(component, state, np.float32([80, 80, 80]))
    np.testing.assert_allclose(state["p"].numpy(), 0.7)


def test_on_target_p_rests():
    component = AdaptiveProbability(interval=1, images=5, target=0.0)
    state = _state(component)
    _update(component, state, np.float32([2.0, -2.0]))
    assert state["p"].numpy() == 0.0


@pytest.mark.parametrize("options", [{"target": 2.0}, {"interval": 0}, {"images": 0}, {"limit": 0.0}], ids=str)
def test_refuses(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        AdaptiveProbability(**options)
