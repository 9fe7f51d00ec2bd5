"""The R2 penalty."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs
from attrs import validators

from ganreg import Regularizer, parameter
from ganreg_regularizers.gradients import squared_norms

if TYPE_CHECKING:
    import tensorflow as tf

    from ganreg import Step


@attrs.frozen(kw_only=True)
class R2(Regularizer):
    """Draws D's input gradient to 0 on fakes (arXiv:1801.04406, equation 10).

    With the weight gamma, and the paper's factor ½::

        gamma/2 · mean over the batch of ‖∇D(G(z))‖²

    ∇D is the gradient of one sample's logits, summed over patches where there are several; its squared norm is the sum
    over all axes of the sample. The forward pass is the loss's own, so that the penalty costs one backward pass.
    """

    bounds_slope: ClassVar[bool] = True

    weight: float = parameter(10.0, "multiplies half the mean squared norm (the paper's gamma)", validators.ge(0.0))

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns gamma/2 · mean ‖∇D(G(z))‖², a scalar."""
        from keras import ops

        return self.weight / 2 * ops.mean(squared_norms(step.fake_gradient))
