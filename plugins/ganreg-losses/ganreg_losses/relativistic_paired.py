"""The relativistic loss on pairs of samples."""

from __future__ import annotations

from typing import ClassVar

import attrs

from ganreg import Loss
from ganreg.lazy import ops, tf


@attrs.frozen(kw_only=True)
class RelativisticPaired(Loss):
    """Compares each generated sample with one real sample (RSGAN, arXiv:1807.00734, section 4.1).

    With r for the logit of a real sample and f for that of the generated sample at the same position in the batch::

        L_D = softplus(-(r - f))
        L_G = softplus(-(f - r))

    Only differences count, so no single logit is a decision boundary, and a generator that covers only part of the data
    remains at a disadvantage against the real samples that it misses. R3GAN (arXiv:2501.05441, section 2, where the
    loss is called RpGAN) combines it with the penalties `r1` and `r2`.

    >>> round(float(RelativisticPaired().discriminator_loss(real_logits=1.5, fake_logits=1.5)), 4)
    0.6931
    """

    needs_real: ClassVar[bool] = True

    @property
    def decision_boundary(self) -> float | None:
        """None: only differences between logits are meaningful."""
        return None

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns softplus(-(r - f)), elementwise, `[B]`."""
        return ops.softplus(fake_logits - real_logits)

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns softplus(-(f - r)), elementwise, `[B]`."""
        return ops.softplus(real_logits - fake_logits)
