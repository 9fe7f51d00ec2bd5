"""Norms of per-sample gradients, as the gradient penalties use them."""

from __future__ import annotations

from ganreg.lazy import keras, ops, tf


def squared_norms(gradients: tf.Tensor) -> tf.Tensor:
    """Returns ‖∇‖² of each sample: the sum of squares over all axes except the batch's.

    Args:
        gradients: `[B, *shape]`, in any floating type.

    Returns:
        `[B]`, in float32 (float64 for float64), because a sum of squares overflows float16.
    """
    wide = ops.cast(gradients, keras.backend.result_type(gradients.dtype, "float32"))
    return ops.sum(ops.square(wide), axis=tuple(range(1, len(wide.shape))))


def norms(gradients: tf.Tensor) -> tf.Tensor:
    """Returns ‖∇‖ of each sample, differentiable everywhere.

    The slope of √s is infinite at s = 0, and 0·∞ is NaN, which a `where` around the root alone would let through, so
    the root must never see 0. At 0 the subgradient 0 is used; elsewhere the norm is exact, with no epsilon.

    Args:
        gradients: `[B, *shape]`, in any floating type.

    Returns:
        `[B]`, in float32 (float64 for float64).
    """
    squared = squared_norms(gradients)
    positive = squared > 0
    root = ops.sqrt(ops.where(positive, squared, ops.ones_like(squared)))
    return ops.where(positive, root, ops.zeros_like(squared))
