"""The Cramér loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs

from ganreg import Loss

if TYPE_CHECKING:
    import tensorflow as tf


@attrs.frozen(kw_only=True)
class Cramer(Loss):
    """The energy distance of logits, twice the squared Cramér distance (arXiv:1705.10743, algorithm 1).

    With r for the logit of a real, f for that of a fake and f' for that of another fake of the batch, the next one::

        critic(x) = |x - f'| - |x|
        L_D = critic(f) - critic(r)
        L_G = |r - f| + |r - f'| - |f - f'|

    Its sample gradients are unbiased, which those of the Wasserstein distance are not. The paper's critic maps samples
    to 256 numbers and takes norms; here they are mapped to the one logit. As with `wasserstein`, the slope needs a
    bound: the paper takes `wgan-gp:weight=10`, here on the logit rather than on the critic. In a batch of one, f' is f.

    >>> import numpy as np
    >>> float(Cramer().generator_loss(fake_logits=np.float32([0, 1]), real_logits=np.float32([3, 3]))[0])
    4.0
    """

    needs_real: ClassVar[bool] = True
    bounds_slope: ClassVar[bool] = False

    @property
    def decision_boundary(self) -> float | None:
        """None: only differences between logits mean something."""
        return None

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns critic(f) - critic(r), `[B]`."""
        from keras import ops

        other = ops.roll(fake_logits, -1, axis=0)
        of_real = ops.abs(real_logits - other) - ops.abs(real_logits)
        of_fake = ops.abs(fake_logits - other) - ops.abs(fake_logits)
        return of_fake - of_real

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns each row's part of the energy distance, `[B]`."""
        from keras import ops

        other = ops.roll(fake_logits, -1, axis=0)
        apart = ops.abs(real_logits - fake_logits) + ops.abs(real_logits - other)
        return apart - ops.abs(fake_logits - other)
