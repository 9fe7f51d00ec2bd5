"""Points between real and generated samples, at which several penalties take D's gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganreg.lazy import ops, tf

if TYPE_CHECKING:
    from ganreg import Step


def interpolates(step: Step) -> tf.Tensor:
    """Returns one point on the line from each real sample to the generated sample at its position in the batch.

    WGAN-GP's sampling (arXiv:1704.00028, section 4)::

        x̂ = x + u·(G(z) - x),    u ~ U[0, 1), one number for each pair that D classifies

    Args:
        step: provides the samples, and u by `step.uniform`.

    Returns:
        `[B, *shape]`, in the real samples' type.
    """
    real = step.real
    fake = ops.cast(step.fake, real.dtype)
    return real + shares(step) * (fake - real)


def shares(step: Step) -> tf.Tensor:
    """Draws u ~ U[0, 1), one number for each input that D classifies.

    If D classifies packs of m samples jointly, the samples of a pack share one number, so that a pack moves along a
    line, too, as in CTGAN's code.

    Returns:
        `[B, 1, ...]` with as many axes as the real samples, in their type.
    """
    batch_size, *axes = ops.shape(step.real)
    judgements = ops.shape(step.real_output.logits)[0]
    drawn = step.uniform((judgements, *[1 for _ in axes]))
    is_packed = not (isinstance(judgements, int) and judgements == batch_size)
    if is_packed:
        drawn = ops.repeat(drawn, batch_size // judgements, axis=0)
    return ops.cast(drawn, step.real.dtype)
