"""Optimizers on several devices: each device moves its own copies, by gradients that are sums already."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganreg.engine.replicas import Replicas

GRADIENTS = np.float32([[1.0, -2.0], [0.5, 3.0]])


def moved(optimizer, variable, run):
    """The variable after two updates."""

    def update():
        for gradient in GRADIENTS:
            optimizer.apply([tf.constant(gradient)], [variable])

    tf.function(lambda: run(update), autograph=False)()
    return variable.numpy()


@pytest.mark.parametrize(
    "make",
    [
        lambda: keras.optimizers.Adam(0.1),
        lambda: keras.optimizers.AdamW(0.1, weight_decay=0.1),
        lambda: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
        lambda: keras.optimizers.RMSprop(0.1, gradient_accumulation_steps=2),
        lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.1), initial_scale=8.0),
    ],
    ids=["adam", "weight decay", "momentum", "accumulation", "loss scaling"],
)
def test_every_copy_moves_as_on_a_single_device(strategy, make):
    alone = keras.Variable([1.0, 2.0])
    expected = moved(make(), alone, lambda update: update())

    replicas = Replicas(strategy)
    with replicas.building():
        copies = keras.Variable([1.0, 2.0])
        optimizer = replicas.adopt(make())
        optimizer.build([copies])
    moved(optimizer, copies, replicas.run)

    assert not np.array_equal(expected, [1.0, 2.0])
    for copy in strategy.experimental_local_results(copies.value):
        np.testing.assert_array_equal(copy.numpy(), expected)
