"""The relativistic average losses."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, get_args

import attrs
from attrs import validators

from ganreg import Loss, parameter

if TYPE_CHECKING:
    import tensorflow as tf

Base = Literal["standard", "least-squares", "hinge"]


@attrs.frozen(kw_only=True)
class RelativisticAverage(Loss):
    """Each sample is judged against the mean of the other kind (RaGAN, arXiv:1807.00734, section 4.2).

    With r for the logit of a real, f for that of a fake, and R = r - mean(f), F = f - mean(r)::

        base             L_D                                L_G
        standard         softplus(-R) + softplus(F)         softplus(-F) + softplus(R)            RaSGAN
        least-squares    (R - 1)² + (F + 1)²                (F - 1)² + (R + 1)²                   RaLSGAN
        hinge            max(0, 1 - R) + max(0, 1 + F)      max(0, 1 - F) + max(0, 1 + R)         RaHingeGAN

    They are the paper's, without the factor ½ of its author's code. The means are over the batch, and gradients go
    through them. The generator's part is the discriminator's with the two kinds swapped.

    >>> float(RelativisticAverage(base="hinge").generator_loss(fake_logits=1.0, real_logits=3.0))
    6.0
    """

    needs_real: ClassVar[bool] = True

    base: Base = parameter("standard", "the loss on the differences", validators.in_(get_args(Base)))

    @property
    def decision_boundary(self) -> float | None:
        """None: only differences between logits mean something."""
        return None

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns the base's L_D, `[B]`."""
        return self._loss(real_logits, fake_logits)

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns the base's L_G, `[B]`."""
        return self._loss(fake_logits, real_logits)

    def _loss(self, upper: tf.Tensor, lower: tf.Tensor) -> tf.Tensor:
        """Falls where the one kind's logits rise above the other's."""
        from keras import ops

        above, below = upper - ops.mean(lower), lower - ops.mean(upper)
        match self.base:
            case "standard":
                return ops.softplus(-above) + ops.softplus(below)
            case "least-squares":
                return ops.square(above - 1.0) + ops.square(below + 1.0)
            case "hinge":
                return ops.relu(1.0 - above) + ops.relu(1.0 + below)
