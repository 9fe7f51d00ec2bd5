"""Points between real and generated samples, at which several penalties take D's gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganreg.lazy import ops, tf

if TYPE_CHECKING:
    from ganreg import Step


def interpolates(step: Step) -> tf.Tensor:
    """Returns one point on the line from each real sample to the generated sample at its position in the batch.

    WGAN-GP's sampling (arXiv:1704.00028, section 4)::

        x̂ = x + u·(G(z) - x),    u ~ U[0, 1), one number for each pair of samples

    Args:
        step: provides the samples, and u by `step.uniform`.

    Returns:
        `[B, *shape]`, in the real samples' type.
    """
    real = step.real
    fake = ops.cast(step.fake, real.dtype)
    batch_size, *axes = ops.shape(real)
    alpha = ops.cast(step.uniform((batch_size, *[1 for _ in axes])), real.dtype)
    return real + alpha * (fake - real)
