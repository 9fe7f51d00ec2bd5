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
    player = Player("generator", {"generator": model}, optimizer)
    assert float(player.gradient_norm([tf.constant([value])])) == pytest.approx(expected)


def test_logged_norms_are_the_gradients(dirac, points):
    """D(x) = psi·x under the Wasserstein loss: dL/dpsi = theta - mean(x), dL/dtheta = -psi."""
    x = np.array([[0.5], [1.5]], np.float32)
    gan = dirac("wasserstein", regularizers=[ganreg.create("regularizer", "wgan-gp:weight=0")], theta=3.0, psi=-2.0)
    history = gan.fit(x, batch_size=2, steps=1, verbose=0, execution="graph")
    assert history.history[NORMS[0]] == [pytest.approx(2.0)]
    assert history.history[NORMS[1]] == [pytest.approx(2.0)]


@pytest.fixture
def pair():
    """A player of two networks of one weight each, 3 and 5, moved by plain gradient descent with rate 0.5."""
    networks = {}
    for name, weight in (("first", 3.0), ("second", 5.0)):
        networks[name] = keras.Sequential(
            [
                keras.Input((1,)),
                keras.layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.Constant(weight)),
                keras.layers.BatchNormalization(center=False, scale=False),
                keras.layers.Dropout(0.5),
            ]
        )
    return Player("generator", networks, keras.optimizers.SGD(0.5))


def test_a_player_moves_all_its_networks_by_their_gradients(pair):
    """f = a·b has the gradient (b, a): 3 - 0.5·5 = 0.5 and 5 - 0.5·3 = 3.5."""
    with tf.GradientTape() as tape:
        first, second = (tf.reduce_sum(variable) for variable in pair.trainable)
        objective = pair.scaled({"product": first * second, "nothing": tf.constant(0.0)})
    gradients = pair.gradients(tape, objective)
    assert [one.numpy().item() for one in gradients] == [5.0, 3.0]
    pair.move(gradients)
    assert [one.numpy().item() for one in pair.trainable] == [0.5, 3.5]


def test_a_variable_that_the_objective_does_not_depend_on_stays(pair):
    with tf.GradientTape() as tape:
        objective = tf.reduce_sum(pair.trainable[1] ** 2)
    assert [one.numpy().item() for one in pair.gradients(tape, objective)] == [0.0, 10.0]


def test_an_objective_of_none_of_its_weights_is_refused(pair):
    with tf.GradientTape() as tape:
        objective = tf.constant(1.0)
    with pytest.raises(ganreg.AssemblyError, match="generator's objective depends on none of its weights"):
        pair.gradients(tape, objective)


def test_half_precision_scales_the_objective_and_takes_the_scale_out_again():
    """Keras begins with 2^15; the norm of 3 w² at w = 2 is 12 whatever the scale."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")])
    player = Player("generator", {"it": model}, keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.25)))
    player.optimizer.build(player.trainable_variables)
    player.trainable[0].assign([[2.0]])
    with tf.GradientTape() as tape:
        objective = player.scaled({"squared": 3 * tf.reduce_sum(player.trainable[0] ** 2)})
    assert float(objective) == 12 * 2**15
    gradients = player.gradients(tape, objective)
    assert float(player.gradient_norm(gradients)) == pytest.approx(12.0)
    player.move(gradients)
    assert player.trainable[0].numpy().item() == pytest.approx(2.0 - 0.25 * 12.0)


@pytest.mark.parametrize("compiler", [None, False, True], ids=["eager", "graph", "xla"])
def test_frozen_networks_keep_their_statistics_and_seeds(pair, numbers, same, compiler):
    def passes():
        with pair.frozen():
            return [network(tf.constant([[1.0], [2.0]]), training=True) for network in pair.networks.values()]

    before = [numbers(network) for network in pair.networks.values()]
    (passes if compiler is None else tf.function(passes, jit_compile=compiler, autograph=False))()
    assert all(same(old, numbers(network)) for old, network in zip(before, pair.networks.values(), strict=True))
    for network in pair.networks.values():
        network(tf.constant([[1.0], [2.0]]), training=True)
    assert not any(same(old, numbers(network)) for old, network in zip(before, pair.networks.values(), strict=True))
