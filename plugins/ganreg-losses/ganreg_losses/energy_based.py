"""The loss of energy-based GAN."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs
from attrs import validators

from ganreg import Loss, parameter

if TYPE_CHECKING:
    import tensorflow as tf


@attrs.frozen(kw_only=True)
class EnergyBased(Loss):
    """Low energy for reals, at least a margin for fakes (EBGAN, arXiv:1609.03126, equations 1 and 2).

    With e(x) = -logit, the energy of a sample, such as an autoencoder's error, and m for the margin::

        L_D = e(real) + max(0, m - e(fake))
        L_G = e(fake)

    The margin is in the unit of the energy. Its default is that of the paper's best models of MNIST (appendix),
    whose energy is the norm of an image's error; the paper takes 20 for CelebA and 80 for LSUN. A mean
    squared error needs far less. Only an energy, which is never below 0, keeps L_D from falling without end.

    >>> float(EnergyBased(margin=1.0).discriminator_loss(real_logits=-0.25, fake_logits=-0.5))
    0.75
    """

    needs_energy: ClassVar[bool] = True

    margin: float = parameter(10.0, "energy that the discriminator wants fakes to have", validators.gt(0))

    @property
    def decision_boundary(self) -> float | None:
        """None: no one energy parts reals from fakes."""
        return None

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns e(real) + max(0, m - e(fake)), elementwise, `[B]`."""
        from keras import ops

        return ops.relu(self.margin + fake_logits) - real_logits

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns e(fake), elementwise, `[B]`."""
        return -fake_logits
