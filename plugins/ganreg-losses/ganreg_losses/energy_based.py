"""The loss of energy-based GAN."""

from __future__ import annotations

from typing import ClassVar

import attrs
from attrs import validators

from ganreg import Loss, parameter
from ganreg.lazy import ops, tf


@attrs.frozen(kw_only=True)
class EnergyBased(Loss):
    """Low energy for real samples, at least a margin for generated ones (EBGAN, arXiv:1609.03126, eq. 1 and 2).

    With e(x) = -logit, the energy of a sample (such as an autoencoder's error), and the margin m::

        L_D = e(real) + max(0, m - e(fake))
        L_G = e(fake)

    The margin has the unit of the energy. Its default is that of the paper's best MNIST models (appendix), whose energy
    is the norm of an image's error; the paper uses 20 for CelebA and 80 for LSUN. A mean squared error needs a far
    smaller margin. L_D is bounded from below only if -logit is an energy, which is never below 0.

    >>> float(EnergyBased(margin=1.0).discriminator_loss(real_logits=-0.25, fake_logits=-0.5))
    0.75
    """

    needs_energy: ClassVar[bool] = True

    margin: float = parameter(
        10.0, "energy up to which D pushes generated samples", validators.gt(0), search=(0.1, 100.0, "log")
    )

    @property
    def decision_boundary(self) -> float | None:
        """None: no fixed energy separates real from generated samples."""
        return None

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns e(real) + max(0, m - e(fake)), elementwise, `[B]`."""
        return ops.relu(self.margin + fake_logits) - real_logits

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns e(fake), elementwise, `[B]`."""
        return -fake_logits
