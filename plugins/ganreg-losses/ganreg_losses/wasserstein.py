"""The Wasserstein loss."""

from __future__ import annotations

from typing import ClassVar

import attrs

from ganreg import Loss
from ganreg.lazy import tf


@attrs.frozen(kw_only=True)
class Wasserstein(Loss):
    """Wasserstein-1 distance in its dual form (arXiv:1701.07875, equations 2 and 3).

    With f for the logit (the critic's value) of a generated sample and r for that of a real sample::

        L_D = f - r
        L_G = -f

    -L_D estimates the distance, up to a factor, only if the discriminator's slope is bounded; without a bound the loss
    has no minimum. Combine it with `wgan-gp`, `weight-clipping` or `spectral-norm`. Adding a constant to all logits
    does not change the loss, so no single logit is a decision boundary.

    >>> Wasserstein().discriminator_loss(real_logits=2.0, fake_logits=0.5)
    -1.5
    """

    bounds_slope: ClassVar[bool] = False

    @property
    def decision_boundary(self) -> float | None:
        """None: only differences between logits are meaningful."""
        return None

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns f - r, elementwise, `[B]`."""
        return fake_logits - real_logits

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns -f, elementwise, `[B]`."""
        return -fake_logits
