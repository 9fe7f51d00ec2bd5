"""Random numbers from (seed, iteration, component): the same after a resume, different on every replica."""

from __future__ import annotations

import contextlib
import hashlib
import math
import random
from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf

_ALGORITHM = "philox"  # named, because the automatic choice differs between graph and XLA execution
_TWO_PI = 6.283185307179586


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
        replica: int32 scalar or number, which replica this is.
    """

    def __init__(self, seed: int, owner: str, update: tf.Tensor | int, replica: tf.Tensor | int = 0) -> None:
        self._seed, self._owner, self._update, self._replica = seed, owner, update, replica
        self._draws = 0

    def _next_key(self) -> tf.Tensor:
        key = static_key(self._seed, self._owner, self._draws)
        self._draws += 1
        replica = tf.cast(self._replica, tf.int32) * tf.constant(0x3C6EF372, tf.int32)
        return tf.stack([tf.constant(key, tf.int32) + replica, tf.cast(self._update, tf.int32)])

    def uniform(self, shape: Sequence[int | tf.Tensor]) -> tf.Tensor:
        """Numbers uniform in [0, 1), float32."""
        # TensorFlow and XLA agree on random bits, but not on how to make floats of them.
        bits = tf.random.stateless_uniform(
            shape, self._next_key(), minval=None, maxval=None, dtype=tf.uint32, alg=_ALGORITHM
        )
        return tf.cast(tf.bitwise.right_shift(bits, tf.constant(8, tf.uint32)), tf.float32) * 2.0**-24

    def normal(self, shape: Sequence[int | tf.Tensor]) -> tf.Tensor:
        """Standard normal numbers, float32, by the Box-Muller transform."""
        size = math.prod(shape) if all(isinstance(axis, int) for axis in shape) else tf.reduce_prod(shape)
        uniform = self.uniform((2, (size + 1) // 2))
        radius = tf.sqrt(-2.0 * tf.math.log(1.0 - uniform[0]))
        angle = _TWO_PI * uniform[1]
        both = tf.concat([radius * tf.cos(angle), radius * tf.sin(angle)], axis=0)
        return tf.reshape(both[:size], shape)


@contextlib.contextmanager
def seeded(*parts: object) -> Iterator[None]:
    """Makes what is built inside depend on `parts` alone, and leaves the global generators as they were.

    Keras draws the seeds of initializers and dropout from Python's global generator where none is given.
    """
    python_state, numpy_state = random.getstate(), np.random.get_state()
    random.seed(static_key(*parts))
    np.random.seed(static_key("numpy", *parts))
    try:
        yield
    finally:
        random.setstate(python_state)
        np.random.set_state(numpy_state)
