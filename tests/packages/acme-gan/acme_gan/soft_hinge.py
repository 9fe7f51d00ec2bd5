"""The soft hinge loss."""

from __future__ import annotations

import attrs
from attrs import validators

from ganreg import Loss, parameter
from ganreg.lazy import tf


@attrs.frozen(kw_only=True)
class SoftHinge(Loss):
    """A hinge loss whose corner is rounded over `width` logits.

    With f for the logit of a fake, r for that of a real and s(x) = width * softplus(x / width)::

        L_D = s(1 - r) + s(1 + f)
        L_G = -f
    """

    width: float = parameter(0.5, "logits over which the corner bends", validators.gt(0))

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Both parts bend at their margin."""
        return self._bent(1.0 - real_logits) + self._bent(1.0 + fake_logits)

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """As for the plain hinge."""
        return -fake_logits

    def _bent(self, x: tf.Tensor) -> tf.Tensor:
        return self.width * tf.math.softplus(x / self.width)
