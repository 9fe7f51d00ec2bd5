"""The discriminator of the original GAN, which its two generator losses share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import validators

from ganreg import Loss, parameter

if TYPE_CHECKING:
    import tensorflow as tf


@attrs.frozen(kw_only=True)
class CrossEntropy(Loss):
    """Binary cross entropy for the discriminator: reals against the target 1 - s, fakes against 0.

    With D(x) = sigmoid(r) for the logit r, and f for the logit of a fake, equation 1 of arXiv:1406.2661 is, negated::

        -log D(x) - log(1 - D(G(z))) = softplus(-r) + softplus(f)

    In this form it neither overflows nor loses precision at any finite logit. One-sided label smoothing by s
    (arXiv:1606.03498, section 3.4) lowers the target of reals alone::

        -(1 - s)·log D(x) - s·log(1 - D(x)) = softplus(-r) + s·r
    """

    label_smoothing: float = parameter(
        0.0,
        "lowers the target probability of reals from 1 to 1 minus this",
        validators.ge(0.0),
        validators.lt(0.5),
    )

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns softplus(-r) + s·r + softplus(f), elementwise, `[B]`."""
        from keras import ops

        real_part = ops.softplus(-real_logits)
        if self.label_smoothing:
            real_part += self.label_smoothing * real_logits
        return real_part + ops.softplus(fake_logits)
