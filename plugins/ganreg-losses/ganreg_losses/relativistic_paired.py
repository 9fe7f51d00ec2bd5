"""The relativistic loss on pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs

from ganreg import Loss

if TYPE_CHECKING:
    import tensorflow as tf


@attrs.frozen(kw_only=True)
class RelativisticPaired(Loss):
    """Each fake is judged against one real (RSGAN, arXiv:1807.00734, section 4.1).

    With r for the logit of a real and f for that of the fake beside it in the batch::

        L_D = softplus(-(r - f))
        L_G = softplus(-(f - r))

    Only differences count, so that no one logit is a decision boundary, and a generator that covers part of the data
    alone stays at a disadvantage against the reals that it lacks. R3GAN (arXiv:2501.05441, section 2, where it is
    called RpGAN) combines it with the penalties `r1` and `r2`.

    >>> round(float(RelativisticPaired().discriminator_loss(real_logits=1.5, fake_logits=1.5)), 4)
    0.6931
    """

    needs_real: ClassVar[bool] = True

    @property
    def decision_boundary(self) -> float | None:
        """None: only differences between logits mean something."""
        return None

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns softplus(-(r - f)), elementwise, `[B]`."""
        from keras import ops

        return ops.softplus(fake_logits - real_logits)

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns softplus(-(f - r)), elementwise, `[B]`."""
        from keras import ops

        return ops.softplus(real_logits - fake_logits)
