"""The non-saturating loss of the original GAN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ganreg_losses.cross_entropy import CrossEntropy

if TYPE_CHECKING:
    import tensorflow as tf


@attrs.frozen(kw_only=True)
class NonSaturating(CrossEntropy):
    """Cross entropy whose generator maximises log D(G(z)) (arXiv:1406.2661, end of section 3).

    With f for the logit of a fake, r for that of a real and s for the label smoothing::

        L_D = softplus(-r) + s·r + softplus(f)
        L_G = -log D(G(z)) = softplus(-f)

    Its fixed point is that of `minimax`, but the generator's gradient, -sigmoid(-f), is strongest where the
    discriminator is surest that the sample is fake.

    >>> round(float(NonSaturating().generator_loss(0.0)), 4)
    0.6931
    """

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns softplus(-f), elementwise, `[B]`."""
        from keras import ops

        return ops.softplus(-fake_logits)
