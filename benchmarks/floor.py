"""The floor: the floating-point operations that a step cannot do without, at the machine's own rate."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

SIZE = 2048


def matmul_rate(repeats: int = 5) -> float:
    """Floating-point operations a second of a 2048x2048 matrix product in TensorFlow, the median of a few."""
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
    """Operations of one simultaneous update, from the layers' shapes: products and convolutions alone.

    With G, D for the operations of a forward pass, and D' for those of D without its first layer, whose input
    gradient only the generator needs:

    - forward: G, and D on reals and on fakes;
    - the discriminator's backward pass: D for the weights and D' for the activations, on reals and on fakes;
    - the generator's: D for the activations down to the fakes, then G for the weights and G' for the activations;
    - a gradient penalty: D forward and D backward to the points, then both again by the weights: D + D for the
      weights' share of each, D + D' for the activations'.
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
    """Operations of one sample's forward pass, and those without the first layer."""
    counts = [count for layer in model.layers if (count := _layer(layer))]
    return sum(counts), sum(counts[1:])


def _layer(layer: Any) -> float:
    kernel = getattr(layer, "kernel", None)
    if kernel is None:
        return 0.0
    if len(kernel.shape) == 2:
        return 2.0 * float(np.prod(kernel.shape))
    # A transposed convolution touches each input position once a kernel value, a convolution each output position.
    transposed = type(layer).__name__.endswith("Transpose")
    positions = (layer.input if transposed else layer.output).shape[1:-1]
    return 2.0 * float(np.prod(kernel.shape)) * float(np.prod(positions))
