"""Lengths of per-sample gradients, as the gradient penalties measure them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tensorflow as tf


def squared_norms(gradients: tf.Tensor) -> tf.Tensor:
    """Returns ‖∇‖² of each sample: the sum of squares over all axes but the batch's.

    Args:
        gradients: `[B, *shape]`, in any floating type.

    Returns:
        `[B]`, in float32 (float64 for float64), because a sum of squares overflows float16.
    """
    from keras import backend, ops

    wide = ops.cast(gradients, backend.result_type(gradients.dtype, "float32"))
    return ops.sum(ops.square(wide), axis=tuple(range(1, len(wide.shape))))


def norms(gradients: tf.Tensor) -> tf.Tensor:
    """Returns ‖∇‖ of each sample, which can be differentiated anywhere.

    The slope of √s is infinite at s = 0, and 0·∞ is NaN, which a `where` around the root alone would let through: the
    root must not see 0 at all. At 0 the subgradient 0 is taken; elsewhere the norm is exact, with no epsilon.

    Args:
        gradients: `[B, *shape]`, in any floating type.

    Returns:
        `[B]`, in float32 (float64 for float64).
    """
    from keras import ops

    squared = squared_norms(gradients)
    positive = squared > 0
    root = ops.sqrt(ops.where(positive, squared, ops.ones_like(squared)))
    return ops.where(positive, root, ops.zeros_like(squared))
