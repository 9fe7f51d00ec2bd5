"""What the tests of all losses share: logits to try, and derivatives."""

import numpy as np
import pytest
import tensorflow as tf


@pytest.fixture(scope="session")
def logits():
    """Real and fake logits: ordinary ones, the margins, zero, and ±80 in every combination."""
    rng = np.random.default_rng(7)
    special = np.array([-80.0, -1.0, 0.0, 1.0, 80.0])
    real, fake = (grid.ravel() for grid in np.meshgrid(special, special))
    ordinary = rng.normal(scale=4.0, size=(2, 40))
    return np.float32(np.concatenate([real, ordinary[0]])), np.float32(np.concatenate([fake, ordinary[1]]))


@pytest.fixture(scope="session")
def slopes():
    """Returns a function: the derivative of a loss by each of its logits, sample by sample."""

    def compute(loss, *logits):
        given = [tf.constant(values, tf.float32) for values in logits]
        with tf.GradientTape() as tape:
            tape.watch(given)
            value = loss(*given)
        return [gradient.numpy() for gradient in tape.gradient(value, given, unconnected_gradients="zero")]

    return compute
