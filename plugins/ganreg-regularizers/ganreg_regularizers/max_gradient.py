"""The maximum gradient penalty of Lipschitz GANs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs
from attrs import validators

from ganreg import Regularizer, parameter
from ganreg.lazy import ops, tf
from ganreg_regularizers.gradients import squared_norms
from ganreg_regularizers.interpolation import interpolates

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class MaxGradient(Regularizer):
    """Penalises the largest slope of D found between real and generated samples (MaxGP, arXiv:1902.05687).

    With the weight λ, and x̂ sampled as in `wgan-gp`::

        λ · max over the batch of ‖∇D(x̂)‖²

    D's Lipschitz constant is its largest slope, of which the largest in the batch is a lower bound. ∇D is the gradient
    of a sample's logits, summed over patches if there are several; its squared norm is the sum over all axes of the
    sample. Samples that share the maximum share its gradient.

    The gradient must depend on one sample only, so D must not normalise over the batch.
    """

    bounds_slope: ClassVar[bool] = True
    needs_independent_samples: ClassVar[bool] = True
    sees_batch: ClassVar[bool] = True

    weight: float = parameter(
        10.0, "multiplies the penalty (the paper's λ)", validators.ge(0.0), search=(0.1, 100.0, "log")
    )

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns λ · max ‖∇D(x̂)‖², a scalar; costs one extra pass of D."""
        return self.weight * ops.max(squared_norms(step.input_gradient(interpolates(step))))
