"""The Lipschitz penalty of WGAN-LP."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs
from attrs import validators

from ganreg import Regularizer, parameter
from ganreg.lazy import ops, tf
from ganreg_regularizers.gradients import norms
from ganreg_regularizers.interpolation import interpolates

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class WganLp(Regularizer):
    """Penalises gradient norms of D above 1 between real and generated samples (arXiv:1709.08894).

    With the weight λ, and x̂ sampled as in `wgan-gp`::

        λ · mean over the batch of max(0, ‖∇D(x̂)‖ - 1)²

    A function with slope at most 1 need not have slope 1 everywhere, which the two-sided penalty of `wgan-gp` demands.
    The paper's main experiments sample x̂ between real and generated samples, with λ = 10. ∇D is the gradient of a
    sample's logits, summed over patches if there are several; the norm is over all axes of the sample.

    The gradient must depend on one sample only, so D must not normalise over the batch.
    """

    bounds_slope: ClassVar[bool] = True
    needs_independent_samples: ClassVar[bool] = True

    weight: float = parameter(
        10.0, "multiplies the penalty (the paper's λ)", validators.ge(0.0), search=(0.1, 100.0, "log")
    )

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns λ · mean max(0, ‖∇D(x̂)‖ - 1)², a scalar; costs one extra pass of D."""
        excess = ops.relu(norms(step.input_gradient(interpolates(step))) - 1.0)
        return self.weight * ops.mean(ops.square(excess))
