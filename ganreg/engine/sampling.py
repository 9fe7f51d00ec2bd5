"""Drawing samples from a generator."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ganreg.contract.assembly import Part
from ganreg.contract.networks import Generator
from ganreg.data.arrays import Array
from ganreg.data.spec import DataSpec
from ganreg.engine.random import static_key
from ganreg.engine.step_tensors import Networks, StepTensors
from ganreg.errors import DataError

_CHUNK = 64
"""Samples in one compiled call; always the same shape, so that it is compiled once. More would overflow the cache."""
_VALUES = 2**16
"""The least number of values in one compiled call: small samples are generated in larger chunks."""
_MANY = 1024
"""The number of samples from which compiling with XLA (most of a second) pays off: it doubles convolutions' speed."""


class Sampler:
    """Draws samples from a generator, in inference mode.

    Args:
        component: the implementation that draws the latents.
        model: the network.
        data: the description of one sample.
        latent_parts: the regularizers that transform the latents.
        chunk: the number of samples in one compiled call. Defaults to a choice by the size of a sample.
        compile_from: the number of samples from which XLA compiles the calls.
    """

    def __init__(
        self,
        component: Generator,
        model: keras.Model,
        data: DataSpec,
        latent_parts: Sequence[Part] = (),
        *,
        chunk: int | None = None,
        compile_from: int = _MANY,
    ) -> None:
        self._component, self._model, self._data, self._latent_parts = component, model, data, latent_parts
        self._chunk = chunk or max(_CHUNK, min(_MANY, _VALUES // data.size))
        self._compile_from = compile_from
        self._functions: dict[bool, Any] = {}

    def _forward(self, latents: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        inputs = latents if labels is None else [latents, labels]
        return tf.cast(self._model(inputs, training=False), tf.float32)

    def _function(self, xla: bool) -> Any:
        if xla not in self._functions:
            partial = functools.partial(self._forward)  # TensorFlow counts retracings for each function object
            self._functions[xla] = tf.function(partial, autograph=False, jit_compile=xla)
        return self._functions[xla]

    def sample(self, count: int, *, seed: int | None, labels: Any) -> Array:
        """Draws `count` samples, float32 `[count, *shape]`; see `GAN.generate`.

        Raises:
            DataError: the count or the labels are invalid.
        """
        if isinstance(count, bool) or count != int(count) or count < 1:
            raise DataError(f"the number of samples must be a whole number of at least 1, got {count!r}")
        seed = int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed
        classes = self._labels(count, seed, labels)
        latents = self._latents(count, seed)
        try:
            return self._run(latents, classes, xla=count >= self._compile_from)
        except (tf.errors.OpError, ValueError):
            if count < self._compile_from:
                raise
            return self._run(latents, classes, xla=False)  # XLA cannot compile every layer

    def _run(self, latents: tf.Tensor, classes: tf.Tensor | None, *, xla: bool) -> Array:
        """Generates chunk by chunk; the last one is padded so that every call has the same shape."""
        count = len(latents)
        chunk = self._chunk if count > self._chunk else count
        missing = -count % chunk
        latents = tf.pad(latents, [(0, missing), (0, 0)])
        classes = None if classes is None else tf.pad(classes, [(0, missing)])
        function = self._function(xla)
        pieces = [
            function(
                latents[start : start + chunk], None if classes is None else classes[start : start + chunk]
            ).numpy()
            for start in range(0, count, chunk)
        ]
        return np.concatenate(pieces)[:count]

    def _latents(self, count: int, seed: int) -> tf.Tensor:
        networks = Networks(None, self._model, generator_component=self._component)
        step = StepTensors(
            networks, player="sample", real=tf.zeros((count, 1)), seed=seed, latent_parts=self._latent_parts
        )
        return step.draw_latents(count)

    def draw_labels(self, count: int, seed: int) -> Array | None:
        """The classes that `sample` draws if it gets no labels, int32 `[count]`; `None` if it is unconditional."""
        if not self._component.conditional:
            return None
        stream = np.random.Generator(np.random.PCG64(static_key(seed, "labels")))
        return stream.integers(self._data.num_classes or 1, size=count).astype(np.int32)

    def _labels(self, count: int, seed: int, labels: Any) -> tf.Tensor | None:
        if not self._component.conditional:
            if labels is not None:
                raise DataError("labels were given, but the generator is not conditional")
            return None
        classes = self._data.num_classes or 1
        if labels is None:
            return tf.constant(self.draw_labels(count, seed), tf.int32)
        chosen = np.broadcast_to(np.asarray(labels), (count,)) if np.ndim(labels) == 0 else np.asarray(labels)
        if chosen.shape != (count,) or chosen.dtype.kind not in "iu":
            raise DataError(f"labels must be one class or {count} classes, got {chosen.dtype} of shape {chosen.shape}")
        if chosen.min() < 0 or chosen.max() >= classes:
            raise DataError(f"labels must be between 0 and {classes - 1}, got {chosen.min()}..{chosen.max()}")
        return tf.constant(chosen, tf.int32)
