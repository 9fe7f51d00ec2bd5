"""The hinge loss."""

from __future__ import annotations

import attrs

from ganreg import Loss
from ganreg.lazy import ops, tf


@attrs.frozen(kw_only=True)
class Hinge(Loss):
    """Hinge loss with a margin of 1 (geometric GAN, arXiv:1705.02894; arXiv:1805.08318, equation 4).

    With f for the logit of a generated sample and r for that of a real sample::

        L_D = max(0, 1 - r) + max(0, 1 + f)
        L_G = -f

    Samples beyond the margin no longer contribute to the discriminator's gradient. The generator's loss has no margin.

    >>> float(Hinge().discriminator_loss(real_logits=0.5, fake_logits=0.0))
    1.5
    """

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns max(0, 1 - r) + max(0, 1 + f), elementwise, `[B]`."""
        return ops.relu(1.0 - real_logits) + ops.relu(1.0 + fake_logits)

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns -f, elementwise, `[B]`."""
        return -fake_logits
