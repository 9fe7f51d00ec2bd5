"""Joining samples that a discriminator judges together. Importable without TensorFlow."""

from __future__ import annotations

from ganreg.lazy import tf


def joined(first: tf.Tensor, second: tf.Tensor) -> tf.Tensor:
    """Joins samples along their last axis, so that a discriminator judges both together.

    Args:
        first: `[B, ..., c]`.
        second: `[B, ..., d]` with the same other axes; or vectors `[B, d]`, which become d constant channels where
            `first` are images `[B, h, w, c]`.

    Returns:
        `[B, ..., c + d]`, of the type of `first`.
    """
    if first.shape.rank == 4 and second.shape.rank == 2:
        height, width = tf.unstack(tf.shape(first)[1:3])
        second = tf.tile(second[:, tf.newaxis, tf.newaxis, :], (1, height, width, 1))
    return tf.concat([first, tf.cast(second, first.dtype)], axis=-1)
