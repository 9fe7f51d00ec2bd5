"""The maximum gradient penalty of Lipschitz GANs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs
from attrs import validators

from ganreg import Regularizer, parameter
from ganreg_regularizers.gradients import squared_norms
from ganreg_regularizers.interpolation import interpolates

if TYPE_CHECKING:
    import tensorflow as tf

    from ganreg import Step


@attrs.frozen(kw_only=True)
class MaxGradient(Regularizer):
    """Lowers the greatest slope of D that is found between reals and fakes (MaxGP, arXiv:1902.05687).

    With the weight λ, and x̂ drawn as in `wgan-gp`::

        λ · max over the batch of ‖∇D(x̂)‖²

    D's Lipschitz constant is its greatest slope, which the batch's greatest estimates from below. ∇D is the gradient of
    one sample's logits, summed over patches where there are several; its squared norm is the sum over all axes of the
    sample. Where several samples share the maximum, they share its gradient.

    Each sample's gradient must be its own, so that D may not normalise over the batch.
    """

    bounds_slope: ClassVar[bool] = True
    needs_independent_samples: ClassVar[bool] = True

    weight: float = parameter(10.0, "multiplies the penalty (the paper's λ)", validators.ge(0.0))

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns λ · max ‖∇D(x̂)‖², a scalar; costs one extra pass of D."""
        from keras import ops

        return self.weight * ops.max(squared_norms(step.input_gradient(interpolates(step))))
