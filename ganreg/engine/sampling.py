"""Making samples with a network."""

from __future__ import annotations

import functools
from typing import Any, Protocol

import attrs
import keras
import numpy as np
import tensorflow as tf

from ganreg.data.arrays import Array
from ganreg.data.classes import Classes, LabelShares
from ganreg.data.ranges import to_own_range
from ganreg.data.spec import DataSpec
from ganreg.engine.forks import refuse_fork
from ganreg.engine.forward import Judge, Maker
from ganreg.engine.latents import Latents
from ganreg.engine.random import static_key
from ganreg.engine.step_tensors import StepTensors
from ganreg.errors import DataError

_CHUNK = 64
"""Samples in one compiled call; always the same shape, so that it is compiled once. More would overflow the cache."""
_VALUES = 2**16
"""The least number of values in one compiled call: small samples are generated in larger chunks."""
_MOST_SAMPLES = 2**31 - 1
"""The largest number of samples, which TensorFlow counts in 32 bits."""
_KEPT = 16
"""The number of draws of latents that are kept."""
_MANY = 1024
"""The number of samples from which compiling with XLA (most of a second) pays off: it doubles convolutions' speed."""


class Inputs(Protocol):
    """What a network makes samples from."""

    def draw(self, count: int, seed: int) -> tf.Tensor:
        """Draws `count` inputs, `[count, ...]`; the same for the same seed."""

    def labels(self, count: int, seed: int) -> Array | None:
        """The classes that belong to the inputs of `draw(count, seed)`, or `None` if they may be any."""


@attrs.frozen
class LatentInputs:
    """Latents.

    Attributes:
        latents: their distribution.
    """

    latents: Latents
    _drawn: dict[tuple[int, int, float | None], tf.Tensor] = attrs.field(factory=dict, init=False, repr=False, eq=False)

    def draw(self, count: int, seed: int, *, truncation: float | None = None) -> tf.Tensor:
        """Draws latents, `[count, latent_dim]`, within ±truncation before regularizers transform them.

        The same ones are drawn again and again, for sample grids and by the health monitor, so a few are kept.
        """
        key = count, seed, truncation
        if key in self._drawn:
            return self._drawn[key]
        maker = Maker(None, component=self.latents.component)
        tensors = StepTensors.alone(maker, Judge(_nothing), player="sample", real=tf.zeros((count, 1)), seed=seed)
        drawn = self.latents.draw(tensors.view, count, truncation=truncation)
        # Others may depend on a component's state.
        if self.latents.stay_normal and count <= _MANY and len(self._drawn) < _KEPT:
            self._drawn[key] = drawn
        return drawn

    def labels(self, count: int, seed: int) -> Array | None:
        """Any class can be generated from any latents."""
        return None


def fresh_seed() -> int:
    """A random seed."""
    return int(np.random.SeedSequence().generate_state(1)[0])


def refuse_uncountable(count: Any, what: str = "samples") -> None:
    """Raises a `DataError` unless a number of things is a whole number of at least 1."""
    number = _whole(count)
    if number is None or not 1 <= number <= _MOST_SAMPLES:
        raise DataError(f"the number of {what} must be a whole number of at least 1, got {count!r}")


def _whole(value: Any) -> int | None:
    """A whole number, also as a float such as 2.0, as an `int`; `None` for anything else."""
    try:
        number = None if isinstance(value, (bool, str)) else int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if number == value else None


def chosen_seed(seed: Any) -> int:
    """A seed that the caller gives, or a random one for `None`.

    Raises:
        DataError: it is not a whole number of at least 0.
    """
    if seed is None:
        return fresh_seed()
    number = _whole(seed)
    if number is None or number < 0:
        raise DataError(f"the seed must be a whole number of at least 0, got {seed!r}")
    return number


def _nothing(*_: Any, **__: Any) -> Any:
    raise NotImplementedError("there is no discriminator where samples are drawn")


class Sampler:
    """Makes samples with a network, in inference mode.

    Args:
        model: the network, from inputs (if conditional, from a list of inputs and labels) to samples.
        data: the description of one sample; samples are returned in its range.
        inputs: what the samples of `sample` are made from; none is needed for `made_from`.
        conditional: whether the network takes labels.
        classes: the classes of the samples, if it does. Defaults to classes without names, all equally frequent.
        chunk: the number of samples in one compiled call. Defaults to a choice by the size of a sample.
        compile_from: the number of samples from which XLA compiles the calls.
    """

    def __init__(
        self,
        model: keras.Model,
        data: DataSpec,
        inputs: Inputs | None = None,
        *,
        conditional: bool,
        classes: Classes | None = None,
        chunk: int | None = None,
        compile_from: int = _MANY,
    ) -> None:
        self._model, self._data, self._inputs, self._conditional = model, data, inputs, conditional
        known = classes is not None and classes.number == data.num_classes
        self._classes = classes if known and classes is not None else Classes(data.num_classes)
        self._chunk = chunk or max(_CHUNK, min(_MANY, _VALUES // data.size))
        self._compile_from = compile_from
        self._functions: dict[tuple[bool, int], Any] = {}

    def _forward(self, given: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        inputs = given if labels is None else [given, labels]
        return tf.cast(self._model(inputs, training=False), tf.float32)

    def _function(self, xla: bool, chunk: int) -> Any:
        """The compiled call for a number of samples; TensorFlow warns if one function is traced for many."""
        key = xla, chunk
        if key not in self._functions:
            partial = functools.partial(self._forward)  # retracings are counted for each function object
            self._functions[key] = tf.function(partial, autograph=False, jit_compile=xla)
        return self._functions[key]

    def sample(self, count: int, *, seed: int | None, labels: Any) -> Array:
        """Draws `count` samples, float32 `[count, *shape]`; see `GAN.generate`.

        Raises:
            DataError: the count or the labels are invalid.
        """
        refuse_uncountable(count)
        seed = chosen_seed(seed)
        classes = self._labels(count, seed, labels)
        if self._inputs is None:
            raise ValueError("this sampler draws no inputs; use made_from")
        return self._made_from(self._inputs.draw(count, seed), classes)

    def made_from(self, given: Array, labels: Any = None, *, seed: int = 0) -> Array:
        """Makes one sample from each of the given inputs; see `GAN.translate`.

        Args:
            given: float32 `[count, ...]`.
            labels: a class, or `[count]` classes, for a conditional network. Defaults to random classes.
            seed: the random seed of these. Defaults to 0.

        Raises:
            DataError: the labels are invalid.
        """
        return self._made_from(tf.constant(given), self._labels(len(given), seed, labels))

    def checked_labels(self, count: int, labels: Any) -> Array | None:
        """Labels as int32 `[count]`; `None` if the network is unconditional.

        Raises:
            DataError: the labels are invalid.
        """
        classes = self._labels(count, 0, labels)
        return None if classes is None else classes.numpy()

    def _made_from(self, given: tf.Tensor, classes: tf.Tensor | None) -> Array:
        refuse_fork()
        count = len(given)
        try:
            return self._run(given, classes, xla=count >= self._compile_from)
        except (tf.errors.OpError, ValueError):
            if count < self._compile_from:
                raise
            return self._run(given, classes, xla=False)  # XLA cannot compile every layer

    def _run(self, given: tf.Tensor, classes: tf.Tensor | None, *, xla: bool) -> Array:
        """Generates chunk by chunk; the last one is padded so that every call has the same shape."""
        count = len(given)
        chunk = self._chunk if count > self._chunk else count
        missing = -count % chunk
        given = tf.pad(given, [(0, missing), *[(0, 0)] * (given.shape.rank - 1)])
        classes = None if classes is None else tf.pad(classes, [(0, missing)])
        function = self._function(xla, chunk)
        pieces = [
            function(given[start : start + chunk], None if classes is None else classes[start : start + chunk]).numpy()
            for start in range(0, count, chunk)
        ]
        return to_own_range(np.concatenate(pieces)[:count], self._data.value_range)

    def draw_labels(self, count: int, seed: int, shares: LabelShares = "data") -> Array | None:
        """The classes that `sample` draws if it gets no labels, int32 `[count]`; `None` if it is unconditional."""
        if not self._conditional:
            return None
        if self._inputs is not None and (known := self._inputs.labels(count, seed)) is not None:
            return known
        stream = np.random.Generator(np.random.PCG64(static_key(seed, "labels")))
        return self._classes.draw(stream, count, shares)

    def _labels(self, count: int, seed: int, labels: Any) -> tf.Tensor | None:
        if not self._conditional:
            if labels is not None:
                raise DataError("labels were given, but the generator is not conditional")
            return None
        chosen = self.draw_labels(count, seed) if labels is None else self._classes.numbers(labels, count)
        return tf.constant(chosen, tf.int32)
