"""A player: its objective, its gradients and their norm, and its frozen networks."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.engine.player import Player

NORMS = ("discriminator_gradient_norm", "generator_gradient_norm")


def test_gradient_norm_is_that_of_all_gradients(small):
    player = small().players.updates.discriminator
    gradients = [tf.constant([[3.0, 0.0]]), tf.constant([4.0]), tf.IndexedSlices(tf.fill((2, 1), 6.0), [1, 1], (3, 1))]
    assert float(player.gradient_norm(gradients)) == pytest.approx(13.0)


@pytest.mark.parametrize(("value", "expected"), [(8.0, 8.0 / 2**15), (np.inf, 0.0), (np.nan, 0.0)])
def test_gradient_norm_of_a_scaled_loss(value, expected):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD())
    optimizer.build(model.trainable_variables)
    assert float(Player("generator", model, optimizer).gradient_norm([tf.constant([value])])) == pytest.approx(expected)


def test_logged_norms_are_the_gradients(dirac, points):
    """D(x) = psi·x under the Wasserstein loss: dL/dpsi = theta - mean(x), dL/dtheta = -psi."""
    x = np.array([[0.5], [1.5]], np.float32)
    gan = dirac("wasserstein", regularizers=[ganreg.create("regularizer", "wgan-gp:weight=0")], theta=3.0, psi=-2.0)
    history = gan.fit(x, batch_size=2, steps=1, verbose=0, execution="graph")
    assert history.history[NORMS[0]] == [pytest.approx(2.0)]
    assert history.history[NORMS[1]] == [pytest.approx(2.0)]
