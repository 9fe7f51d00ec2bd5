"""The non-saturating loss of the original GAN."""

from __future__ import annotations

import attrs

from ganreg.lazy import ops, tf
from ganreg_losses.cross_entropy import CrossEntropy


@attrs.frozen(kw_only=True)
class NonSaturating(CrossEntropy):
    """Cross entropy whose generator maximises log D(G(z)) (arXiv:1406.2661, end of section 3).

    With f for the logit of a generated sample, r for that of a real sample and s for the label smoothing::

        L_D = softplus(-r) + s·r + softplus(f)
        L_G = -log D(G(z)) = softplus(-f)

    It has the same fixed point as `minimax`, but the generator's gradient, -sigmoid(-f), is largest where the
    discriminator confidently rejects the sample.

    >>> round(float(NonSaturating().generator_loss(0.0)), 4)
    0.6931
    """

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns softplus(-f), elementwise, `[B]`."""
        return ops.softplus(-fake_logits)
