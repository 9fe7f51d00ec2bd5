"""Points between reals and fakes, where several penalties take D's gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tensorflow as tf

    from ganreg import Step


def interpolates(step: Step) -> tf.Tensor:
    """Returns one point on the line from each real to the fake at its place in the batch.

    WGAN-GP's sampling (arXiv:1704.00028, section 4)::

        x̂ = x + u·(G(z) - x),    u ~ U[0, 1), one number for each pair of samples

    Args:
        step: gives the samples, and u by `step.uniform`.

    Returns:
        `[B, *shape]`, in the reals' type.
    """
    from keras import ops

    real = step.real
    fake = ops.cast(step.fake, real.dtype)
    batch_size, *axes = ops.shape(real)
    alpha = ops.cast(step.uniform((batch_size, *[1 for _ in axes])), real.dtype)
    return real + alpha * (fake - real)
