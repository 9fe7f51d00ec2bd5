"""Adaptive pseudo augmentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs

from ganreg.lazy import ops, tf
from ganreg_regularizers.adaptation import AdaptiveProbability

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class Apa(AdaptiveProbability):
    """Shows generated samples to D as real ones, more of them the more it overfits (arXiv:2111.06849, section 3.2).

    Each real sample that D is shown is replaced by a generated one with probability p. p starts at 0 and follows the
    paper's λ_r = E sign(D(x)), computed on what D was shown as real::

        p ← p + sign(λ_r - target) · interval·B / images,   kept in [0, limit]

    every `interval` updates of D. The generated samples are those of the same update: with labels the one at the same
    position, which has the real sample's class; otherwise its neighbour in the batch, so that no pair of a real and a
    generated sample consists of the same sample twice. They are constants: G is not trained on samples shown as real.
    Works for samples of any shape.

    State: `p` and `r` (λ_r), both logged.
    """

    sees_batch: ClassVar[bool] = True

    def discriminator_real(self, samples: tf.Tensor, step: Step) -> tf.Tensor:
        """Returns the real samples, some of them replaced by generated ones, `[B, *shape]`."""
        fakes = tf.stop_gradient(step.fake)
        if step.labels is None:
            fakes = tf.roll(fakes, 1, axis=0)
        replaced = step.uniform((ops.shape(samples)[0], *(1 for _ in samples.shape[1:]))) < step.state["p"]
        return tf.where(replaced, tf.cast(fakes, samples.dtype), samples)
