"""The Cramér loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs

from ganreg import Loss
from ganreg.lazy import ops, tf

if TYPE_CHECKING:
    from ganreg import Step


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
    a bound: the paper uses `wgan-gp:weight=10`, here applied to the logit instead of the critic. L_G is the energy
    distance plus the mean distance between real logits, which is constant for the generator. In a batch of one, f'
    equals f; among the logits of a patch discriminator, f' is that of the same patch of the next sample.

    >>> import numpy as np
    >>> float(Cramer().generator_loss(fake_logits=np.float32([0, 1]), real_logits=np.float32([3, 3]))[0])
    4.0
    """

    needs_real: ClassVar[bool] = True
    bounds_slope: ClassVar[bool] = False
    sees_batch: ClassVar[bool] = True

    @property
    def decision_boundary(self) -> float | None:
        """None: only differences between logits are meaningful."""
        return None

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns critic(f) - critic(r), `[B]`."""
        return _of_discriminator(real_logits, fake_logits, ops.roll(fake_logits, -1, axis=0))

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns each row's contribution to the energy distance, `[B]`."""
        return _of_generator(real_logits, fake_logits, ops.roll(fake_logits, -1, axis=0))

    def discriminator_objective(self, step: Step) -> tf.Tensor:
        """Returns critic(f) - critic(r), one value per logit."""
        return _of_discriminator(step.real_logits, step.fake_logits, _of_next_sample(step))

    def generator_objective(self, step: Step) -> tf.Tensor:
        """Returns each logit's contribution to the energy distance."""
        return _of_generator(step.real_logits, step.fake_logits, _of_next_sample(step))


def _of_next_sample(step: Step) -> tf.Tensor:
    return ops.reshape(ops.roll(step.fake_output.logits, -1, axis=0), (-1,))


def _of_discriminator(real: tf.Tensor, fake: tf.Tensor, other: tf.Tensor) -> tf.Tensor:
    of_real = ops.abs(real - other) - ops.abs(real)
    of_fake = ops.abs(fake - other) - ops.abs(fake)
    return of_fake - of_real


def _of_generator(real: tf.Tensor, fake: tf.Tensor, other: tf.Tensor) -> tf.Tensor:
    return ops.abs(real - fake) + ops.abs(real - other) - ops.abs(fake - other)
