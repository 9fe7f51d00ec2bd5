"""The gradient penalty of WGAN-GP."""

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
class WganGp(Regularizer):
    """Penalises gradient norms of D other than 1 between real and generated samples (arXiv:1704.00028, equation 3).

    With the weight λ and the target t (1 in the paper)::

        x̂ = x + u·(G(z) - x),    u ~ U[0, 1), one number for each pair of samples
        λ · mean over the batch of (‖∇D(x̂)‖ - t)²

    ∇D is the gradient of a sample's logits, summed over patches if there are several; the norm is over all axes of
    the sample, without an epsilon, and both its value and its gradient are 0 where the gradient vanishes. `one_sided`
    penalises only norms above the target: max(0, ‖∇D‖ - t)², which is `wgan-lp` (arXiv:1709.08894).

    The gradient must depend on one sample only, so D must not normalise over the batch (section 4).
    """

    bounds_slope: ClassVar[bool] = True
    needs_independent_samples: ClassVar[bool] = True

    weight: float = parameter(
        10.0, "multiplies the penalty (the paper's λ)", validators.ge(0.0), search=(0.1, 100.0, "log")
    )
    target: float = parameter(1.0, "gradient norm that is not penalised", validators.ge(0.0))
    one_sided: bool = parameter(
        False, "penalises only norms above the target", validators.instance_of(bool), search=[False, True]
    )

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns λ · mean (‖∇D(x̂)‖ - t)², a scalar; costs one extra pass of D."""
        excess = norms(step.input_gradient(interpolates(step))) - self.target
        if self.one_sided:
            excess = ops.relu(excess)
        return self.weight * ops.mean(ops.square(excess))
