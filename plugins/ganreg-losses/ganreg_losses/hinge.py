"""The hinge loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ganreg import Loss

if TYPE_CHECKING:
    import tensorflow as tf


@attrs.frozen(kw_only=True)
class Hinge(Loss):
    """A margin of 1 on the logits (geometric GAN, arXiv:1705.02894; arXiv:1805.08318, equation 4).

    With f for the logit of a fake and r for that of a real::

        L_D = max(0, 1 - r) + max(0, 1 + f)
        L_G = -f

    A sample that the discriminator puts beyond its margin no longer moves the discriminator. The generator's part
    has no margin.

    >>> float(Hinge().discriminator_loss(real_logits=0.5, fake_logits=0.0))
    1.5
    """

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns max(0, 1 - r) + max(0, 1 + f), elementwise, `[B]`."""
        from keras import ops

        return ops.relu(1.0 - real_logits) + ops.relu(1.0 + fake_logits)

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns -f, elementwise, `[B]`."""
        return -fake_logits
