"""The relativistic average losses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

import attrs
from attrs import validators

from ganreg import Loss, parameter
from ganreg.lazy import ops, tf

if TYPE_CHECKING:
    from ganreg import Step

Base = Literal["standard", "least-squares", "hinge"]


@attrs.frozen(kw_only=True)
class RelativisticAverage(Loss):
    """Compares each logit with the mean logit of the other side (RaGAN, arXiv:1807.00734, section 4.2).

    With r for the logit of a real sample, f for that of a generated sample, and R = r - mean(f), F = f - mean(r)::

        base             L_D                                L_G
        standard         softplus(-R) + softplus(F)         softplus(-F) + softplus(R)            RaSGAN
        least-squares    (R - 1)² + (F + 1)²                (F - 1)² + (R + 1)²                   RaLSGAN
        hinge            max(0, 1 - R) + max(0, 1 + F)      max(0, 1 - F) + max(0, 1 + R)         RaHingeGAN

    These are the paper's losses, without the factor ½ of its author's code. The means are over the batch, and gradients
    flow through them. The generator's loss is the discriminator's with real and generated samples swapped.

    >>> float(RelativisticAverage(base="hinge").generator_loss(fake_logits=1.0, real_logits=3.0))
    6.0
    """

    needs_real: ClassVar[bool] = True

    base: Base = parameter(
        "standard",
        "loss applied to the differences",
        validators.in_(get_args(Base)),
        search=["standard", "least-squares", "hinge"],
    )

    @property
    def decision_boundary(self) -> float | None:
        """None: only differences between logits are meaningful."""
        return None

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """Returns the base's L_D, `[B]`."""
        return self._loss(real_logits, fake_logits, ops.mean)

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """Returns the base's L_G, `[B]`."""
        return self._loss(fake_logits, real_logits, ops.mean)

    def discriminator_objective(self, step: Step) -> tf.Tensor:
        """Returns the base's L_D, one value per logit; the means are over the samples of all devices."""
        return self._loss(step.real_logits, step.fake_logits, step.mean)

    def generator_objective(self, step: Step) -> tf.Tensor:
        """Returns the base's L_G, one value per logit; the means are over the samples of all devices."""
        return self._loss(step.fake_logits, step.real_logits, step.mean)

    def _loss(self, upper: tf.Tensor, lower: tf.Tensor, mean: Callable[[tf.Tensor], tf.Tensor]) -> tf.Tensor:
        """Returns a loss that falls as the logits `upper` rise above the logits `lower`, `[B]`."""
        above, below = upper - mean(lower), lower - mean(upper)
        match self.base:
            case "standard":
                return ops.softplus(-above) + ops.softplus(below)
            case "least-squares":
                return ops.square(above - 1.0) + ops.square(below + 1.0)
            case "hinge":
                return ops.relu(1.0 - above) + ops.relu(1.0 + below)
