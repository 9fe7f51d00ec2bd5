"""The Wasserstein loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs

from ganreg import Loss

if TYPE_CHECKING:
    import tensorflow as tf


@attrs.frozen(kw_only=True)
class Wasserstein(Loss):
    """The Wasserstein-1 distance in its dual form (arXiv:1701.07875, equations 2 and 3).

    With f for the logit (the critic's value) of a fake and r for that of a real::

        L_D = f - r
        L_G = -f

    -L_D estimates the distance, up to a factor, only for a discriminator whose slope is bounded; without a bound it
    has no minimum. Combine it with `wgan-gp`, `weight-clipping` or spectral normalization. The loss does not change
    when a constant is added to all logits, so no one logit is a decision boundary.

    >>> Wasserstein().discriminator_loss(real_logits=2.0, fake_logits=0.5)
    -1.5
    """

    bounds_slope: ClassVar[bool] = False

    @property
    def decision_boundary(self) -> float | None:
        """None: only differences between a critic's values mean something."""
        return None

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns f - r, elementwise, `[B]`."""
        return fake_logits - real_logits

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns -f, elementwise, `[B]`."""
        return -fake_logits
