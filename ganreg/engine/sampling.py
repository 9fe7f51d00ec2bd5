"""Drawing samples from a generator."""

from __future__ import annotations

import functools
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ganreg.components import Generator
from ganreg.data.arrays import Array
from ganreg.data.spec import DataSpec
from ganreg.engine.random import static_key
from ganreg.engine.step import Member, Networks, StepTensors
from ganreg.errors import DataError

_CHUNK = 256
"""Samples in one compiled call; one shape, so that it is compiled once."""


class Sampler:
    """Draws samples from a network, in inference mode.

    Args:
        component: draws the latents.
        model: the network.
        data: what samples look like.
    """

    def __init__(self, component: Generator, model: keras.Model, data: DataSpec) -> None:
        self._component, self._model, self._data = component, model, data
        self._compiled = tf.function(functools.partial(self._forward), autograph=False, reduce_retracing=True)

    def _forward(self, latents: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        inputs = latents if labels is None else [latents, labels]
        return tf.cast(self._model(inputs, training=False), tf.float32)

    def sample(self, count: int, *, seed: int | None, labels: Any) -> Array:
        """Draws `count` samples, float32 `[count, *shape]`; see `GAN.generate`."""
        if isinstance(count, bool) or count != int(count) or count < 1:
            raise DataError(f"the number of samples must be a whole number of at least 1, got {count!r}")
        seed = int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed
        classes = self._labels(count, seed, labels)
        latents = self._latents(count, seed)
        pieces = []
        for start in range(0, count, _CHUNK):
            chunk = slice(start, start + _CHUNK)
            pieces.append(self._compiled(latents[chunk], None if classes is None else classes[chunk]).numpy())
        return np.concatenate(pieces)

    def _latents(self, count: int, seed: int) -> tf.Tensor:
        networks = Networks(None, self._model, generator_component=self._component)
        step = StepTensors(networks, player="sample", real=tf.zeros((count, 1)), seed=seed)
        return self._component.sample_latents(step.view(Member(self._component, "latents")), count)

    def _labels(self, count: int, seed: int, labels: Any) -> tf.Tensor | None:
        if not self._component.conditional:
            if labels is not None:
                raise DataError("labels were given, but the generator is not conditional")
            return None
        classes = self._data.num_classes or 1
        if labels is None:
            drawn = np.random.Generator(np.random.PCG64(static_key(seed, "labels"))).integers(classes, size=count)
            return tf.constant(drawn, tf.int32)
        chosen = np.broadcast_to(np.asarray(labels), (count,)) if np.ndim(labels) == 0 else np.asarray(labels)
        if chosen.shape != (count,) or chosen.dtype.kind not in "iu":
            raise DataError(f"labels must be one class, or {count} of them, got shape {chosen.shape}")
        if chosen.min() < 0 or chosen.max() >= classes:
            raise DataError(f"labels must be classes from 0 to {classes - 1}, got {chosen.min()}..{chosen.max()}")
        return tf.constant(chosen, tf.int32)
