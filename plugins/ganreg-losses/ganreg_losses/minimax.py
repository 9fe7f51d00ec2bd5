"""The minimax loss of the original GAN."""

from __future__ import annotations

import attrs

from ganreg.lazy import ops, tf
from ganreg_losses.cross_entropy import CrossEntropy


@attrs.frozen(kw_only=True)
class Minimax(CrossEntropy):
    """Cross entropy whose generator minimises log(1 - D(G(z))): a zero-sum game (arXiv:1406.2661, equation 1).

    With f for the logit of a generated sample, r for that of a real sample and s for the label smoothing::

        L_D = softplus(-r) + s·r + softplus(f)
        L_G = log(1 - D(G(z))) = -softplus(f)

    The generator's gradient, -sigmoid(f), vanishes where the discriminator confidently rejects the sample;
    `non-saturating` avoids this saturation.

    >>> round(float(Minimax().generator_loss(0.0)), 4)
    -0.6931
    """

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns -softplus(f), elementwise, `[B]`."""
        return -ops.softplus(fake_logits)
