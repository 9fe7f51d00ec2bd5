"""The minimax loss of the original GAN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ganreg_losses.cross_entropy import CrossEntropy

if TYPE_CHECKING:
    import tensorflow as tf


@attrs.frozen(kw_only=True)
class Minimax(CrossEntropy):
    """Cross entropy whose generator minimises log(1 - D(G(z))): a zero-sum game (arXiv:1406.2661, equation 1).

    With f for the logit of a fake, r for that of a real and s for the label smoothing::

        L_D = softplus(-r) + s·r + softplus(f)
        L_G = log(1 - D(G(z))) = -softplus(f)

    The generator's gradient, -sigmoid(f), vanishes where the discriminator is sure that the sample is fake; that
    saturation is what `non-saturating` avoids.

    >>> round(float(Minimax().generator_loss(0.0)), 4)
    -0.6931
    """

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns -softplus(f), elementwise, `[B]`."""
        from keras import ops

        return -ops.softplus(fake_logits)
