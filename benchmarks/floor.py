"""The floor: a lower bound on the time of an update.

It is the number of operations that the update cannot avoid, divided by the rate of a large matrix product.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

SIZE = 2048


def matmul_rate(repeats: int = 5) -> float:
    """Returns the median rate of a 2048x2048 matrix product in TensorFlow, in floating-point operations per second."""
    import tensorflow as tf

    left, right = tf.random.normal((SIZE, SIZE)), tf.random.normal((SIZE, SIZE))
    tf.matmul(left, right).numpy()
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        tf.matmul(left, right).numpy()
        seconds.append(time.perf_counter() - began)
    return 2 * SIZE**3 / float(np.median(seconds))


def operations_of_step(gan: Any, batch_size: int, *, gradient_penalty: bool) -> float:
    """Counts the operations of one simultaneous update in matrix products and convolutions, from the layers' shapes.

    G and D are the operations of a forward pass; G' and D' are those without the first layer, whose input gradient is
    only needed to pass the discriminator's gradient on to the generator:

    - the forward passes: G, and D on real and on generated samples;
    - the discriminator's backward pass: D for the weights and D' for the activations, on real and on generated samples;
    - the generator's: D for the activations down to the generated samples, then G for the weights and G' for the
      activations;
    - a gradient penalty: D forward and D backward to the points, then the gradients of both with respect to the
      weights: D + D for the weights and D + D' for the activations.

    Args:
        gan: the GAN.
        batch_size: the number of real samples in an update.
        gradient_penalty: whether the discriminator has WGAN-GP's penalty.
    """
    generator, generator_inner = _forward(gan.generator)
    discriminator, discriminator_inner = _forward(gan.discriminator)
    total = generator + 2 * discriminator
    total += 2 * (discriminator + discriminator_inner)
    total += discriminator + generator + generator_inner
    if gradient_penalty:
        total += 2 * discriminator + 2 * discriminator + discriminator + discriminator_inner
    return total * batch_size


def _forward(model: Any) -> tuple[float, float]:
    """Returns the operations of one sample's forward pass, with and without the first layer."""
    counts = [count for layer in model.layers if (count := _layer(layer))]
    return sum(counts), sum(counts[1:])


def _layer(layer: Any) -> float:
    kernel = getattr(layer, "kernel", None)
    if kernel is None:
        return 0.0
    if len(kernel.shape) == 2:
        return 2.0 * float(np.prod(kernel.shape))
    # Each kernel value is used once per input position by a transposed convolution, per output position by others.
    transposed = type(layer).__name__.endswith("Transpose")
    positions = (layer.input if transposed else layer.output).shape[1:-1]
    return 2.0 * float(np.prod(kernel.shape)) * float(np.prod(positions))
