"""The Cramér loss."""

from __future__ import annotations

from typing import ClassVar

import attrs

from ganreg import Loss
from ganreg.lazy import ops, tf


@attrs.frozen(kw_only=True)
class Cramer(Loss):
    """Energy distance of logits, twice the squared Cramér distance (arXiv:1705.10743, algorithm 1).

    With r for the logit of a real sample, f for that of a generated one, and f' for that of the next generated one in
    the batch::

        critic(x) = |x - f'| - |x|
        L_D = critic(f) - critic(r)
        L_G = |r - f| + |r - f'| - |f - f'|

    Its sample gradients are unbiased, unlike those of the Wasserstein distance. The paper's critic maps samples to 256
    numbers and takes norms; here it maps them to a single logit. As with `wasserstein`, the discriminator's slope needs
    a bound: the paper uses `wgan-gp:weight=10`, here applied to the logit instead of the critic. In a batch of one,
    f' equals f.

    >>> import numpy as np
    >>> float(Cramer().generator_loss(fake_logits=np.float32([0, 1]), real_logits=np.float32([3, 3]))[0])
    4.0
    """

    needs_real: ClassVar[bool] = True
    bounds_slope: ClassVar[bool] = False

    @property
    def decision_boundary(self) -> float | None:
        """None: only differences between logits are meaningful."""
        return None

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns critic(f) - critic(r), `[B]`."""
        other = ops.roll(fake_logits, -1, axis=0)
        of_real = ops.abs(real_logits - other) - ops.abs(real_logits)
        of_fake = ops.abs(fake_logits - other) - ops.abs(fake_logits)
        return of_fake - of_real

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns each row's contribution to the energy distance, `[B]`."""
        other = ops.roll(fake_logits, -1, axis=0)
        apart = ops.abs(real_logits - fake_logits) + ops.abs(real_logits - other)
        return apart - ops.abs(fake_logits - other)
