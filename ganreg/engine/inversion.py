"""Inversion: the latents from which a generator makes samples like given ones, found by gradient descent."""

from __future__ import annotations

import functools
import math
from typing import Any

import attrs
import keras
import numpy as np
import tensorflow as tf

from ganreg.data.arrays import Array, as_samples
from ganreg.data.fitting import shaped
from ganreg.data.ranges import refuse_out_of_range, to_network_range
from ganreg.engine.from_latents import FromLatents
from ganreg.engine.sampling import refuse_uncountable
from ganreg.errors import DataError

_CANDIDATES = 32
"""The number of random latents for each start; a sample's starts are those whose samples are nearest to it."""
_ROWS = 64
"""The number of latents that are optimised at a time."""
_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-8


@attrs.frozen(eq=False)
class Inversion:
    """Latents that were found for given samples.

    Attributes:
        latents: float32 `[N, latent_dim]`.
        samples: what the generator makes from them, float32 `[N, *shape]`.
        distances: the root of the mean squared difference between each of these and its original, in the units of the
            data, float32 `[N]`.
        labels: their classes, int32 `[N]`; `None` if the generator is not conditional.
    """

    latents: Array
    samples: Array
    distances: Array
    labels: Array | None


def invert(
    source: FromLatents,
    x: Any,
    *,
    labels: Any,
    steps: int,
    starts: int,
    learning_rate: float,
    seed: int,
) -> Inversion:
    """Finds latents of samples; see `GAN.invert`."""
    refuse_uncountable(steps, "steps")
    refuse_uncountable(starts, "starts")
    if not learning_rate > 0 or not math.isfinite(learning_rate):
        raise DataError(f"the learning rate must be a number above 0, got {learning_rate!r}")
    data, sampler = source.data, source.sampler
    given = shaped(as_samples(x), data)
    if given.dtype != np.uint8:
        refuse_out_of_range(given, data.value_range)
    wanted = to_network_range(given, data.value_range)
    if labels is None and sampler.draw_labels(1, 0) is not None:
        raise DataError("the generator is conditional, so the classes of the samples must be given: labels=")
    classes = sampler.checked_labels(len(wanted), labels)
    begun = _starts(source, wanted, classes, starts, seed)
    descend = tf.function(functools.partial(_descend, source.network, steps, learning_rate), autograph=False)
    found, losses = _in_chunks(
        descend, begun, np.repeat(wanted, starts, axis=0), None if classes is None else np.repeat(classes, starts)
    )
    best = np.arange(len(wanted)) * starts + losses.reshape(-1, starts).argmin(axis=1)
    latents = found[best]
    samples = source.made_from(latents, classes, None)
    difference = (to_network_range(samples, data.value_range) - wanted).astype(np.float64).reshape(len(wanted), -1)
    width = 1.0 if data.value_range is None else (data.value_range[1] - data.value_range[0]) / 2
    distances = (width * np.sqrt((difference**2).mean(axis=1))).astype(np.float32)
    return Inversion(latents, samples, distances, classes)


def _starts(source: FromLatents, wanted: Array, classes: Array | None, starts: int, seed: int) -> Array:
    """The random latents whose samples are nearest to each of the wanted ones, `[N * starts, latent_dim]`."""
    candidates = source.draw(starts * _CANDIDATES, seed)
    chosen = np.empty((len(wanted), starts), np.int64)
    for label in (None,) if classes is None else np.unique(classes):
        rows = np.arange(len(wanted)) if label is None else np.flatnonzero(classes == label)
        made = to_network_range(source.made_from(candidates, label, None), source.data.value_range)
        flat = made.reshape(len(made), -1).astype(np.float64)
        for row in rows:
            apart = ((flat - wanted[row].reshape(-1)) ** 2).sum(axis=1)
            chosen[row] = np.argsort(apart, kind="stable")[:starts]
    return candidates[chosen.reshape(-1)]


def _in_chunks(descend: Any, begun: Array, wanted: Array, classes: Array | None) -> tuple[Array, Array]:
    """Runs the descent chunk by chunk; the last one is padded so that every call has the same shape."""
    count = len(begun)
    rows = min(count, _ROWS)
    padded = np.pad(np.arange(count), (0, -count % rows), mode="edge")
    found, losses = [], []
    for start in range(0, count, rows):
        chunk = padded[start : start + rows]
        labels = None if classes is None else tf.constant(classes[chunk])
        latents, loss = descend(tf.constant(begun[chunk]), tf.constant(wanted[chunk]), labels)
        found.append(latents.numpy())
        losses.append(loss.numpy())
    return np.concatenate(found)[:count], np.concatenate(losses)[:count]


def _descend(
    network: keras.Model,
    steps: int,
    learning_rate: float,
    begun: tf.Tensor,
    wanted: tf.Tensor,
    labels: tf.Tensor | None,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Descends with Adam from each start, and returns the best latents on the way with their losses, `[B]`.

    The rows do not influence each other: a network in inference mode makes each sample by itself.
    """

    def loss_of(latents: tf.Tensor) -> tf.Tensor:
        made = network(latents if labels is None else [latents, labels], training=False)
        return tf.reduce_mean((tf.cast(made, tf.float32) - wanted) ** 2, axis=list(range(1, wanted.shape.rank)))

    def step(
        index: tf.Tensor, latents: tf.Tensor, m: tf.Tensor, v: tf.Tensor, best: tf.Tensor, least: tf.Tensor
    ) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(latents)
            losses = loss_of(latents)
        gradient = tape.gradient(losses, latents)
        if gradient is None:
            raise DataError("the samples do not depend on the latents differentiably, so they cannot be inverted")
        better = losses < least
        best, least = tf.where(better[:, tf.newaxis], latents, best), tf.where(better, losses, least)
        number = tf.cast(index + 1, tf.float32)
        m = _BETA_1 * m + (1 - _BETA_1) * gradient
        v = _BETA_2 * v + (1 - _BETA_2) * gradient**2
        rate = learning_rate * 0.5 * (1 + tf.cos(math.pi * (number - 1) / steps))
        change = (m / (1 - _BETA_1**number)) / (tf.sqrt(v / (1 - _BETA_2**number)) + _EPSILON)
        return index + 1, latents - rate * change, m, v, best, least

    nothing = tf.zeros_like(begun)
    least = tf.fill(tf.shape(begun)[:1], np.float32(np.inf))
    state = (tf.constant(0), begun, nothing, nothing, begun, least)
    _, latents, _, _, best, least = tf.while_loop(lambda index, *_: index < steps, step, state, parallel_iterations=1)
    losses = loss_of(latents)
    better = losses < least
    return tf.where(better[:, tf.newaxis], latents, best), tf.where(better, losses, least)
