"""Random numbers from (seed, iteration, component): the same after a resume, and however many devices share a batch.

The only module that knows where Keras draws the seeds of its layers from.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import random
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

_MULTIPLIER, _INCREMENT = 1664525, 1013904223
_TAIL = 5.0
_CENTRAL = (
    2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
    -0.00125372503, -0.00417768164, 0.246640727, 1.50140941,
)  # fmt: skip
_OUTER = (
    -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773,
    -0.0076224613, 0.00943887047, 1.00167406, 2.83297682,
)  # fmt: skip


def hashed(index: tf.Tensor, update: tf.Tensor, key: tf.Tensor) -> tf.Tensor:
    """32 random bits for each triple of uint32 numbers, by the hash `pcg3d`.

    Jarzynski and Olano, "Hash functions for GPU rendering", Journal of Computer Graphics Techniques 9(3), 2020. Its
    few integer operations melt into what XLA makes of the rest, where TensorFlow's own generators are a loop of their
    own that costs more than a small network's whole forward pass. TensorFlow and XLA also turn their random bits
    into floats differently; these come out the same.
    """
    x, y, z = (value * _MULTIPLIER + _INCREMENT for value in (index, update, key))
    x += y * z
    y += z * x
    z += x * y
    x, y, z = (tf.bitwise.bitwise_xor(value, tf.bitwise.right_shift(value, _uint32(16))) for value in (x, y, z))
    x += y * z
    y += z * x
    z += x * y
    return x


def _uint32(value: int) -> tf.Tensor:
    return tf.constant(value, tf.uint32)


def normal_quantile(probability: tf.Tensor) -> tf.Tensor:
    """The standard normal's quantile function on float32, by Giles's approximation of the inverse error function.

    M. Giles, "Approximating the erfinv function", GPU Computing Gems 2, 2011, table 5: a relative error of about
    the precision of float32.

    Args:
        probability: in (0, 1).
    """
    centred = 2.0 * probability - 1.0
    width = -tf.math.log((1.0 - centred) * (1.0 + centred))
    central = _polynomial(_CENTRAL, width - 2.5)
    outer = _polynomial(_OUTER, tf.sqrt(width) - 3.0)
    return math.sqrt(2.0) * centred * tf.where(width < _TAIL, central, outer)


def _polynomial(coefficients: Sequence[float], at: tf.Tensor) -> tf.Tensor:
    value = tf.fill(tf.shape(at), coefficients[0])
    for coefficient in coefficients[1:]:
        value = value * at + coefficient
    return value


def static_key(*parts: object) -> int:
    """A 31-bit number that depends on its parts alone, the same in every process."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:4], "little") & 0x7FFFFFFF


class RandomStream:
    """One component's random numbers in one update of one player.

    Each draw has a key of its own: what is known when the step is traced (seed, component, player, which draw) is
    hashed, and the index of the update is taken as it runs.

    Args:
        seed: the run's seed.
        owner: who draws, such as `"discriminator/regularizer/instance-noise"`.
        update: int32 scalar, the index of this update of its player.
        replica: int32 scalar or number, which of the devices that share the batch this is. Defaults to 0.
        replicas: the number of these devices. Defaults to 1.
    """

    def __init__(
        self, seed: int, owner: str, update: tf.Tensor | int, replica: tf.Tensor | int = 0, replicas: int = 1
    ) -> None:
        self._seed, self._owner, self._update = seed, owner, update
        self._replica, self._replicas = replica, replicas
        self._draws = 0

    def _bits(self, shape: Sequence[int | tf.Tensor], axis: int) -> tf.Tensor:
        key = static_key(self._seed, self._owner, self._draws)
        self._draws += 1
        index = tf.range(_product(shape))
        if self._replicas > 1:
            # A device's numbers follow those of the device before: joined along the axis of the batch, they are those
            # that a single device would draw.
            row, part = tf.cast(self._replica, index.dtype), _product(shape[axis:])
            index += (index // part * (self._replicas - 1) + row) * part
        bits = hashed(tf.cast(index, tf.uint32), tf.cast(self._update, tf.uint32), _uint32(key))
        return tf.reshape(bits, shape)

    def uniform(self, shape: Sequence[int | tf.Tensor], axis: int = 0) -> tf.Tensor:
        """Numbers uniform in [0, 1), float32: multiples of 2⁻²⁴.

        Args:
            shape: their shape.
            axis: the axis of the batch, along which devices share it. Defaults to the first.
        """
        return tf.cast(tf.bitwise.right_shift(self._bits(shape, axis), _uint32(8)), tf.float32) * 2.0**-24

    def normal(self, shape: Sequence[int | tf.Tensor], axis: int = 0) -> tf.Tensor:
        """Standard normal numbers, float32; none beyond 5.3 deviations.

        Args:
            shape: their shape.
            axis: the axis of the batch, along which devices share it. Defaults to the first.
        """
        # Odd multiples of 2⁻²⁴, which float32 holds exactly: a probability rounded to 1 would be an infinite number.
        odd = tf.cast(tf.bitwise.right_shift(self._bits(shape, axis), _uint32(9)), tf.float32) * 2.0**-23 + 2.0**-24
        return normal_quantile(odd)


def _product(shape: Sequence[int | tf.Tensor]) -> int | tf.Tensor:
    return math.prod(shape) if all(isinstance(size, int) for size in shape) else tf.reduce_prod(shape)


class Streams:
    """The random numbers of all components in one update of one player.

    Args:
        seed: the run's seed.
        player: `"discriminator"`, `"generator"` or `"both"`.
        update: int scalar, the index of this update among its player's updates. Defaults to 0.
        replica: which of the devices that share the batch this is. Defaults to 0.
        replicas: the number of these devices. Defaults to 1.
    """

    def __init__(
        self,
        seed: int,
        player: str,
        update: tf.Tensor | int = 0,
        replica: tf.Tensor | int = 0,
        replicas: int = 1,
    ) -> None:
        self._seed, self._player, self._update = seed, player, update
        self._replica, self._replicas = replica, replicas
        self._streams: dict[str, RandomStream] = {}

    def of(self, owner: str) -> RandomStream:
        """Returns one component's random numbers.

        Args:
            owner: the component's label.
        """
        if owner not in self._streams:
            self._streams[owner] = RandomStream(
                self._seed, f"{self._player}/{owner}", self._update, self._replica, self._replicas
            )
        return self._streams[owner]


def global_seed() -> int | None:
    """The seed that was last given to `keras.utils.set_random_seed`; `None` before that.

    Keras keeps it, but has no public way to read it.
    """
    from keras.src.utils import rng_utils

    seed: int | None = rng_utils.get_random_seed()
    return seed


_SEEDED = threading.RLock()
"""Held while something is built from a seed: the generators that are seeded then belong to the whole process."""


@contextlib.contextmanager
def seeded(*parts: object) -> Iterator[None]:
    """Makes what is built inside depend on `parts` alone, and leaves the global generators as they were.

    Threads take turns, since Python's and numpy's global generators belong to all of them.
    """
    with _SEEDED:
        python_state, numpy_state = random.getstate(), np.random.get_state()
        random.seed(static_key(*parts))
        np.random.seed(static_key("numpy", *parts))
        try:
            with _keras_draws_from(random.Random(static_key(*parts))):  # noqa: S311 - nothing secret
                yield
        finally:
            random.setstate(python_state)
            np.random.set_state(numpy_state)


@contextlib.contextmanager
def _keras_draws_from(generator: random.Random) -> Iterator[None]:
    """Has Keras draw from a generator in this thread.

    Where no seed is given, Keras draws those of initializers and dropout from Python's global generator, which other
    threads may draw from at any moment. Keras has no public way to give it another one.
    """
    from keras.src.random import seed_generator

    before = seed_generator.python_random
    seed_generator.python_random = _OfThisThread(generator)
    try:
        yield
    finally:
        seed_generator.python_random = before


class _OfThisThread:
    """A generator for the thread that makes it, and Python's global one for all other threads."""

    def __init__(self, generator: random.Random) -> None:
        self._generator, self._thread = generator, threading.get_ident()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._generator if threading.get_ident() == self._thread else random, name)
